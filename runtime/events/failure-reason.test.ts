import { DrizzleQueryError } from 'drizzle-orm/errors';
import { expect, test } from 'vitest';
import { codeOf, reasonOf, storable } from './failure-reason.ts';

test('a failed statement is told without its parameters', () => {
  const cause = Object.assign(new Error('no route'), { code: 'ECONNREFUSED' });
  const error = new DrizzleQueryError('select $1', ['secret'], cause);
  expect(reasonOf(error)).toBe('Error: no route');
  expect(codeOf(error)).toBe('ECONNREFUSED');
});

test('what is no error has a reason all the same', () => {
  expect(reasonOf('secret')).toBe('unknown failure');
  expect(codeOf('secret')).toBe('unknown');
});

test('a reason is bounded', () => {
  expect(reasonOf(new Error('x'.repeat(5_000)))).toHaveLength(1_000);
});

test('a reason that is cut off within a character can be stored', () => {
  expect(reasonOf(new Error('😀'.repeat(1_000))).isWellFormed()).toBe(true);
});

test('text is made such that Postgres can hold it', () => {
  expect(storable('a\u0000b\ud800')).toBe('a\uFFFDb\uFFFD');
});
