import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSettings, DEFAULT_SERIES, findRival, formatNumber, type Reset } from './number-series.ts';

const number = (pattern: string, sequence: bigint): string => formatNumber(pattern, '2026-03-09', sequence);

describe('number patterns', () => {
  it.each([
    [DEFAULT_SERIES.invoice.pattern, 1n, 'INV-00001'],
    [DEFAULT_SERIES.invoice.pattern, 123_456n, 'INV-123456'],
    ['{SEQ}', 7n, '7'],
    ['INV-{YYYY}-{SEQ:5}', 42n, 'INV-2026-00042'],
    ['{YY}{MM}/{SEQ:3}.R_a', 42n, '2603/042.R_a'],
    ['{SEQ:10}', 1n, '0000000001'],
  ])('%s gives for %d the number %s', (pattern, sequence, expected) => {
    expect(() => checkSettings({ pattern, reset: 'NEVER' })).not.toThrow();
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
    ['with a placeholder in a placeholder', '{Y{SEQ}YYY}'],
    ['with a line break', 'INV-{SEQ}\n'],
    ['with a formula', '=1+{SEQ}'],
    ['that is empty', ''],
  ])('refuse a pattern %s', (_what, pattern) => {
    expect(() => checkSettings({ pattern, reset: 'NEVER' })).toThrow(
      expect.objectContaining({ reason: 'INVALID_ARGUMENT', field: 'pattern' }),
    );
  });

  it.each<[Reset, string]>([
    ['YEARLY', 'INV-{SEQ}'],
    ['YEARLY', 'INV-{MM}-{SEQ}'],
    ['MONTHLY', 'INV-{MM}-{SEQ}'],
    ['MONTHLY', 'INV-{YYYY}-{SEQ}'],
  ])('refuse, when numbers start again %s, a pattern that does not tell the periods apart: %s', (reset, pattern) => {
    expect(() => checkSettings({ pattern, reset })).toThrow(
      expect.objectContaining({ reason: 'INVALID_ARGUMENT', field: 'pattern' }),
    );
  });

  it.each<[Reset, string]>([
    ['YEARLY', 'INV-{YYYY}-{SEQ}'],
    ['YEARLY', '{YY}{SEQ}'],
    ['MONTHLY', '{YYYY}{MM}{SEQ:4}'],
    ['MONTHLY', '{SEQ}/{MM}/{YY}'],
  ])('allow, when numbers start again %s, a pattern that does: %s', (reset, pattern) => {
    expect(() => checkSettings({ pattern, reset })).not.toThrow();
  });

  it('of the default series fit their settings', () => {
    for (const settings of Object.values(DEFAULT_SERIES)) expect(() => checkSettings(settings)).not.toThrow();
  });

  it('never give two sequences of a period the same number', () => {
    const sequences = fc.bigInt({ min: 1n, max: 10n ** 12n });
    const pattern = fc
      .tuple(
        fc.constantFrom('', 'A', '7', '{YY}', '{MM}-'),
        fc.integer({ min: 1, max: 10 }),
        fc.constantFrom('', '-{YYYY}', '0'),
      )
      .map(([prefix, digits, suffix]) => `${prefix}{SEQ:${digits}}${suffix}`);
    fc.assert(
      fc.property(sequences, sequences, pattern, (a, b, text) => {
        expect(number(text, a) === number(text, b)).toBe(a === b);
      }),
    );
  });
});

describe('findRival', () => {
  const rivalOf = (pattern: string, other: string) =>
    findRival(
      { name: 'web', documentType: 'INVOICE', pattern },
      [
        { name: 'web', documentType: 'INVOICE', pattern },
        { name: 'quote', documentType: 'QUOTE', pattern },
        { name: 'shop', documentType: 'INVOICE', pattern: other },
      ],
      '2026-03-09',
    )?.name;

  it.each([
    ['the same pattern', 'INV-{SEQ:5}', 'INV-{SEQ:5}'],
    ['one with other digits, since these are only the fewest', 'INV-{SEQ}', 'INV-{SEQ:2}'],
    ['one that spells out the present year', 'R{YYYY}-{SEQ}', 'R2026-{SEQ}'],
    ['one that spells out the present month', '{YY}{MM}/{SEQ}', '2603/{SEQ}'],
  ])('finds %s', (_what, one, other) => {
    expect(rivalOf(one, other)).toBe('shop');
    expect(rivalOf(other, one)).toBe('shop');
  });

  it.each([
    ['INV-{SEQ}', 'INV{SEQ}'],
    ['INV-{SEQ}', 'inv-{SEQ}'],
    ['{YYYY}-{SEQ}', '{YY}-{SEQ}'],
    ['R{YYYY}-{SEQ}', 'R2025-{SEQ}'],
    // They come to a common number some day, but their users see that they differ.
    ['A{SEQ}', 'A1{SEQ}'],
  ])('tells apart %s and %s, and series of other documents', (one, other) => {
    expect(rivalOf(one, other)).toBeUndefined();
    expect(rivalOf(other, one)).toBeUndefined();
  });
});
