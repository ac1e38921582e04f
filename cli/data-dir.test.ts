import { expect, test } from 'vitest';
import { dataDirError } from './data-dir.ts';

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
