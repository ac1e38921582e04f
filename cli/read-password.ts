import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';

/** Longest line that is read, in bytes: more than the longest password takes. */
const LINE_BYTES_MAX = 4_096;

/**
 * Reads a password from the first line of standard input, which a terminal does not show. A password is never an argument of a command,
 * because others on the machine see arguments, and shells keep them. A byte order mark, with which a file may begin, is left out.
 *
 * @throws Error when the line is too long for one, or not UTF-8: nobody could sign in with what it is read as
 */
export async function readPassword(prompt: string): Promise<string> {
  const line = process.stdin.isTTY ? await typedLine(prompt) : await firstLine(process.stdin);
  // What stands for octets that are not UTF-8.
  if (line.includes('\uFFFD')) throw new Error('The password is not text in UTF-8.');
  return line.replace(/^\uFEFF/, '');
}

async function typedLine(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  // A terminal shows only what readline writes, and its output goes nowhere.
  const lines = createInterface({ input: stdin, output: new PassThrough().resume(), terminal: true });
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const typed = lines[Symbol.asyncIterator]();
  stderr.write(`${prompt}: `);
  const { value = '' } = await typed.next();
  lines.close();
  stderr.write('\n');
  return value;
}

/** Reads no more than it must: what is written to standard input need not end. */
async function firstLine(input: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    const end = chunk.findIndex((byte) => byte === 0x0a || byte === 0x0d);
    chunks.push(end < 0 ? chunk : chunk.subarray(0, end));
    length += end < 0 ? chunk.length : end;
    if (length > LINE_BYTES_MAX) throw new Error('The first line of standard input is too long for a password.');
    if (end >= 0) break;
  }
  return Buffer.concat(chunks).toString();
}
