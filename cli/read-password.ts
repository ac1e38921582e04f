import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';

/**
 * Reads a password from the first line of standard input, which a terminal does not show. A password is never an argument of a command,
 * because others on the machine see arguments, and shells keep them. A byte order mark, with which a file may begin, is left out.
 *
 * @throws Error when it is not UTF-8: nobody could sign in with what it is read as
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
  // What stands for octets that are not UTF-8.
  if (value.includes('\uFFFD')) throw new Error('The password is not text in UTF-8.');
  return value.replace(/^\uFEFF/, '');
}
