import { text } from 'node:stream/consumers';

/**
 * Reads a password from the first line of standard input. It is no argument of a command, since those are seen by others on the machine and
 * kept by shells.
 */
export async function readPassword(prompt: string): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write(`${prompt}, then Enter and Ctrl-D: `);
  const [password = ''] = (await text(process.stdin)).split(/\r?\n/, 1);
  return password;
}
