import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Absolute path of the checkout. */
export const root = join(import.meta.dirname, '../..');

/** Paths, relative to the checkout, of every file that is committed or about to be; ignored files are left out. */
export const files: readonly string[] = execFileSync(
  'git',
  // The checkout may belong to another user than the one who runs the tests, e.g. in a container.
  ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
)
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)));

/** Whether a file was written by a program: `gen/`, here and in the transcoder's folder, or the lock file. */
export function isGenerated(path: string): boolean {
  return /(^|\/)gen\//.test(path) || path === 'package-lock.json';
}

/** Files written by people in TypeScript or JavaScript. */
export const sources: readonly string[] = files.filter((path) => /\.(ts|mjs|js)$/.test(path) && !isGenerated(path));

/** The text of a file, given its path relative to the checkout. */
export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Whether a file only serves tests: a test, or a file in `tests/` or in a folder `testing/` or `testdata/`. */
export function isTestCode(path: string): boolean {
  return /\.(test|bench)\.ts$|^tests\/|\/(testing|testdata)\//.test(path);
}

/** The text with comments blanked out and line numbers kept. Globs and URLs in quotes do not count as comments. */
export function withoutComments(text: string): string {
  const comment = /^\s*\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
  return text.replaceAll(comment, (found) => found.replaceAll(/[^\n]/g, ' '));
}

/** `path:line` of every matching line, for messages that an editor can follow. */
export function findLines(path: string, text: string, pattern: RegExp): string[] {
  return text
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []));
}
