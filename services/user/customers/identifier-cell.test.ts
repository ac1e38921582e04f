import { expect, test } from 'vitest';
import { identifierCell, identifierOf } from './identifier-cell.ts';

test.each([
  ['0204', '991-01484-64', '0204:991-01484-64'],
  ['EM', 'ada@example.com', 'EM:ada@example.com'],
  ['9930', 'a:b', '9930:a:b'],
  ['', 'HRB 12345 B', 'HRB 12345 B'],
  ['', '0184:1', ':0184:1'],
  ['', ':1', '::1'],
])('an identifier of the scheme "%s", %s, is the cell %s, and is read from it', (scheme, identifier, cell) => {
  expect(identifierCell({ scheme, identifier })).toBe(cell);
  expect(identifierOf(cell)).toEqual({ scheme, identifier });
});

test('none is an empty cell', () => {
  expect(identifierCell()).toBe('');
  expect(identifierOf('')).toBeUndefined();
});
