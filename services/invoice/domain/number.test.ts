import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_NUMBER_PATTERN, formatNumber, parseNumberPattern } from './number.ts';

const number = (pattern: string, sequence: bigint): string =>
  formatNumber(parseNumberPattern(pattern, '2026-03-09'), sequence);

describe('number patterns', () => {
  it.each([
    [DEFAULT_NUMBER_PATTERN, 1n, 'INV-00001'],
    [DEFAULT_NUMBER_PATTERN, 123_456n, 'INV-123456'],
    ['{SEQ}', 7n, '7'],
    ['INV-{YYYY}-{SEQ:5}', 42n, 'INV-2026-00042'],
    ['{YY}{MM}/{SEQ:3}.R_a', 42n, '2603/042.R_a'],
    ['{SEQ:10}', 1n, '0000000001'],
  ])('%s gives for %d the number %s', (pattern, sequence, expected) => {
    expect(number(pattern, sequence)).toBe(expected);
  });

  it.each([
    ['without a sequence', 'INV-{YYYY}'],
    ['with two sequences', '{SEQ}-{SEQ:2}'],
    ['with an unknown placeholder', '{DD}-{SEQ}'],
    ['with a placeholder in small letters', '{yyyy}-{SEQ}'],
    ['that pads to no digits', '{SEQ:0}'],
    ['that pads to too many digits', '{SEQ:11}'],
    ['with an open brace', '{-{SEQ}'],
    ['with a line break', 'INV-{SEQ}\n'],
    ['with a formula', '=1+{SEQ}'],
    ['that is empty', ''],
    ['that is too long', `${'A'.repeat(40)}{SEQ}`],
  ])('refuse a pattern %s', (_what, pattern) => {
    expect(() => number(pattern, 1n)).toThrow(
      expect.objectContaining({ reason: 'INVALID_ARGUMENT', field: 'numberPattern' }),
    );
  });

  it('never give two sequences the same number', () => {
    const sequences = fc.bigInt({ min: 1n, max: 10n ** 12n });
    const digits = fc.integer({ min: 1, max: 10 });
    fc.assert(
      fc.property(sequences, sequences, digits, (a, b, count) => {
        const pattern = `A{SEQ:${count}}-{YY}`;
        expect(number(pattern, a) === number(pattern, b)).toBe(a === b);
      }),
    );
  });
});
