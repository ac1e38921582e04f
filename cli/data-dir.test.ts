import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeScratchDir } from '../runtime/testing/scratch-dir.ts';
import { dataDirError } from './data-dir.ts';

const scratch = makeScratchDir('numer-data-dir');
afterAll(() => scratch.remove());

/** "nobody", as whom root tries what root itself may always do. */
const NOBODY = 65534;
const IS_ROOT = process.getuid?.() === 0;
const AS_NOBODY = IS_ROOT ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];

const messageOf = (message: string) => {
  const error = dataDirError('/data', new Error(message));
  return error instanceof Error ? error.message : error;
};

test('a disk that Postgres finds full is named with the variable', () => {
  const full =
    'The disk that /data is on is full (no space left on device). Make room on it, or set DATA_DIR to a folder on another one.';
  expect(messageOf('initdb: FATAL:  could not write to file "pg_wal/xlogtemp.1": No space left on device')).toBe(full);
});

test('an error that is not of the data directory stays as it is', () => {
  expect(messageOf('PostgreSQL did not start (SIGKILL): ')).toBe('PostgreSQL did not start (SIGKILL): ');
  const missing = Object.assign(new Error('spawn /bin/initdb ENOENT'), { code: 'ENOENT', path: '/bin/initdb' });
  expect(dataDirError('/data', missing)).toBe(missing);
});

const canTry = spawnSync('env', [...AS_NOBODY, process.execPath, '--version']).status === 0;

test.runIf(canTry)('a folder that is there but cannot be written is told, with the user', () => {
  const directory = join(scratch.path, 'read-only');
  mkdirSync(directory);
  if (IS_ROOT) chownSync(directory, NOBODY, NOBODY);
  chmodSync(directory, 0o555);
  chmodSync(scratch.path, 0o711);
  const use = `makeDataDir(${JSON.stringify(directory)}).catch(({ message }) => console.log(message));`;
  const [command = '', ...args] = [...AS_NOBODY, process.execPath, '--input-type=module-typescript', '-'];
  const input = `${readFileSync(join(import.meta.dirname, 'data-dir.ts'), 'utf8')}\n${use}`;
  const { stdout, stderr } = spawnSync(command, args, { input, encoding: 'utf8' });
  const uid = IS_ROOT ? NOBODY : process.getuid?.();
  const said = `${directory} cannot be written by user ${uid} (EACCES). Set DATA_DIR to a folder of your own.\n`;
  expect([stdout, stderr]).toEqual([said, '']);
});
