import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillDate } from './fill-date.ts';

test.each([
  ['Hosting {MM}/{YYYY}', 'Hosting 03/2026'],
  ['{DD}.{MM}.{YY} and {DD} again', '07.03.26 and 07 again'],
  ['{yyyy} {M} {} {YYYYY} $&', '{yyyy} {M} {} {YYYYY} $&'],
  ['', ''],
])('%s', (text, filled) => {
  expect(fillDate(text, '2026-03-07')).toBe(filled);
});

test('what is filled in makes no text longer', () => {
  const texts = fc.array(fc.constantFrom('{YYYY}', '{YY}', '{MM}', '{DD}', '{', 'x}')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(texts, (text) => {
      expect(fillDate(text, '2026-03-07').length).toBeLessThanOrEqual(text.length);
    }),
  );
});
