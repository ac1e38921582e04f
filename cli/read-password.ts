import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';

/**
 * Reads a password from the first line of standard input, which a terminal does not show. A password is never an argument of a command,
 * because others on the machine see arguments, and shells keep them.
 */
export async function readPassword(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  // A terminal shows only what readline writes, and its output goes nowhere.
  const lines = createInterface({ input: stdin, output: new PassThrough().resume(), terminal: stdin.isTTY });
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const typed = lines[Symbol.asyncIterator]();
  if (stdin.isTTY) stderr.write(`${prompt}: `);
  const { value = '' } = await typed.next();
  lines.close();
  if (stdin.isTTY) stderr.write('\n');
  return value;
}
