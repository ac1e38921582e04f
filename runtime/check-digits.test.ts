import { expect, test } from 'vitest';
import { isLuhn, isNorwegianNumber } from './check-digits.ts';

test.each([
  ['4539578763621486', true], // odd and even lengths
  ['5567321707', true],
  ['12345678903', true],
  ['5567321708', false],
  ['5657321707', false],
])('the last digit of %s is right: %s', (digits, expected) => {
  expect(isLuhn(digits)).toBe(expected);
});

test.each([
  ['987654325', true],
  ['974760673', true],
  ['987654326', false],
  ['000000000', false],
  ['98765432', false],
  ['98765432x', false],
])('%s is an organisation number of Norway: %s', (text, expected) => {
  expect(isNorwegianNumber(text)).toBe(expected);
});
