import { expect, test } from 'vitest';
import { count } from './count.ts';

test.each([
  [count(0, 'account'), '0 accounts'],
  [count(1, 'account'), '1 account'],
  [count(2, 'account'), '2 accounts'],
  [count(1n, 'entry', 'entries'), '1 entry'],
  [count(2n, 'entry', 'entries'), '2 entries'],
])('is %s', (words, expected) => {
  expect(words).toBe(expected);
});
