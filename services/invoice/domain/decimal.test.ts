import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDecimals,
  compareDecimals,
  type Decimal,
  formatDecimal,
  multiplyDecimals,
  parseDecimal,
  percentOf,
  rescaleDecimal,
  subtractDecimals,
} from './decimal.ts';

const limits = { integerDigitsMax: 12, scaleMax: 10, negative: true };
const parse = (text: string): Decimal => parseDecimal(text, limits, 'quantity');
const decimals = fc.record({
  coefficient: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
  scale: fc.integer({ min: 0, max: 10 }),
});

describe('parseDecimal', () => {
  it.each([
    ['2', '2'],
    ['49.995', '49.995'],
    ['-0.5', '-0.5'],
    ['0.10', '0.1'],
    ['007', '7'],
    ['-0', '0'],
    ['-0.00', '0'],
    ['999999999999.9999999999', '999999999999.9999999999'],
    ['1.500000000000000', '1.5'],
  ])('reads %s as %s', (text, canonical) => {
    expect(formatDecimal(parse(text))).toBe(canonical);
  });

  it.each(
    [
      [
        '',
        '.5',
        '5.',
        '+1',
        '1e3',
        '1,5',
        ' 1',
        '1 ',
        '1\n',
        '--1',
        '-',
        '0x10',
        'NaN',
        'Infinity',
        '१',
        '1_000',
        '1.2.3',
      ],
    ].flat(),
  )('refuses %j', (text) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        reason: 'INVALID_ARGUMENT',
        field: 'quantity',
        message: expect.stringContaining('must be a decimal'),
      }),
    );
  });

  it('refuses more digits than allowed before the point', () => {
    expect(() => parse('1000000000000')).toThrow('quantity must have at most 12 digits before the decimal point');
  });

  it('refuses more digits than allowed after the point', () => {
    expect(() => parse('0.00000000001')).toThrow('quantity must have at most 10 digits after the decimal point');
  });

  it('refuses a negative number where none is allowed, but not minus zero', () => {
    const unsigned = { ...limits, negative: false };
    expect(() => parseDecimal('-0.01', unsigned, 'unitPrice')).toThrow('unitPrice must not be negative');
    expect(parseDecimal('-0', unsigned, 'unitPrice').coefficient).toBe(0n);
  });

  it('refuses a text of absurd length without reading it', () => {
    expect(() => parse('0'.repeat(1_000_000))).toThrow('must be a decimal number');
  });
});

describe('formatDecimal', () => {
  it('gives a text that reads back as the same value, and the same text again', () => {
    fc.assert(
      fc.property(decimals, (decimal) => {
        const text = formatDecimal(decimal);
        const parsed = parseDecimal(text, { integerDigitsMax: 20, scaleMax: 10, negative: true }, 'value');
        expect(compareDecimals(parsed, decimal)).toBe(0);
        expect(formatDecimal(parsed)).toBe(text);
        expect(text).toMatch(/^(0|-?(?!0$)(0|[1-9]\d*)(\.\d*[1-9])?)$/);
      }),
    );
  });
});

describe('arithmetic', () => {
  it('is exact where binary floating point is not', () => {
    expect(formatDecimal(addDecimals(parse('0.1'), parse('0.2')))).toBe('0.3');
    expect(formatDecimal(multiplyDecimals(parse('1.1'), parse('1.1')))).toBe('1.21');
    expect(formatDecimal(percentOf(parse('8180'), parse('9.975')))).toBe('815.955');
  });

  it('undoes an addition by subtracting', () => {
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        expect(compareDecimals(subtractDecimals(addDecimals(a, b), b), a)).toBe(0);
      }),
    );
  });

  it('distributes multiplication over addition, without rounding anything', () => {
    fc.assert(
      fc.property(decimals, decimals, decimals, (a, b, c) => {
        const whole = multiplyDecimals(a, addDecimals(b, c));
        const parts = addDecimals(multiplyDecimals(a, b), multiplyDecimals(a, c));
        expect(compareDecimals(whole, parts)).toBe(0);
      }),
    );
  });
});

describe('rescaleDecimal', () => {
  it.each([
    ['0.5', '1'],
    ['-0.5', '-1'],
    ['1.5', '2'],
    ['2.5', '3'],
    ['-2.5', '-3'],
    ['0.4999999999', '0'],
    ['-0.4999999999', '0'],
    ['-1.5000000001', '-2'],
  ])('rounds %s to the whole number %s, half away from zero', (text, rounded) => {
    expect(formatDecimal(rescaleDecimal(parse(text), 0))).toBe(rounded);
  });

  it('is never more than half a unit off', () => {
    fc.assert(
      fc.property(decimals, fc.integer({ min: 0, max: 12 }), (decimal, scale) => {
        const rounded = rescaleDecimal(decimal, scale);
        expect(rounded.scale).toBe(scale);
        const off = subtractDecimals(rounded, decimal);
        const magnitude = off.coefficient < 0n ? -off.coefficient : off.coefficient;
        expect(
          compareDecimals({ coefficient: 2n * magnitude, scale: off.scale }, { coefficient: 1n, scale }),
        ).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('treats a number and its negative alike', () => {
    fc.assert(
      fc.property(decimals, fc.integer({ min: 0, max: 12 }), (decimal, scale) => {
        const negated = { coefficient: -decimal.coefficient, scale: decimal.scale };
        expect(rescaleDecimal(negated, scale).coefficient).toBe(-rescaleDecimal(decimal, scale).coefficient);
      }),
    );
  });
});
