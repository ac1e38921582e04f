import { expect, test } from 'vitest';
import { normalizeEmail } from './email.ts';

test('addresses that differ in case are the same', () => {
  expect(normalizeEmail('Ada@Example.COM')).toBe(normalizeEmail('ada@example.com'));
});

test('addresses with different tags are not', () => {
  expect(normalizeEmail('ada+a@example.com')).not.toBe(normalizeEmail('ada+b@example.com'));
});
