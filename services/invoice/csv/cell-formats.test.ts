import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ImportInvoicesRequest_DateFormat as DateFormat,
  ImportInvoicesRequest_DecimalSeparator as DecimalSeparator,
} from '../../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import { readDate, readDecimal } from './cell-formats.ts';

const { POINT, COMMA, DECIMAL_SEPARATOR_UNSPECIFIED } = DecimalSeparator;
const { YEAR_MONTH_DAY, DAY_MONTH_YEAR, MONTH_DAY_YEAR, DATE_FORMAT_UNSPECIFIED } = DateFormat;

/** A number with its thousands in groups. */
function grouped(integer: string, mark: string): string {
  return integer.replaceAll(/(?<=[0-9])(?=(?:[0-9]{3})+$)/g, mark);
}

describe('readDecimal', () => {
  test.each([
    ['49.995', POINT, '49.995'],
    ['49.995', DECIMAL_SEPARATOR_UNSPECIFIED, '49.995'],
    ['1.234', POINT, '1.234'],
    ['-60', POINT, '-60'],
    ['1,234.56', POINT, '1234.56'],
    ["1'234'567.8", POINT, '1234567.8'],
    ['1,234,567', POINT, '1234567'],
    ['49,995', COMMA, '49.995'],
    ['1,234', COMMA, '1.234'],
    ['0,5', COMMA, '0.5'],
    ['60', COMMA, '60'],
    ['-1.234,56', COMMA, '-1234.56'],
    ['1.234.567', COMMA, '1234567'],
    ['1 234,56', COMMA, '1234.56'],
    ['1\u00a0234', COMMA, '1234'],
    ['12\u202f345\u202f678,9', COMMA, '12345678.9'],
  ])('reads %j with %s as %s', (cell, separator, value) => {
    expect(readDecimal(cell, separator)).toEqual({ value });
  });

  test.each([
    ['1,5', POINT, 'must be a number such as 1234.56, not "1,5"; import with decimalSeparator=COMMA to read it as 1.5'],
    [
      '1.234,56',
      POINT,
      'must be a number such as 1234.56, not "1.234,56"; import with decimalSeparator=COMMA to read it as 1234.56',
    ],
    [
      '0,500',
      POINT,
      'must be a number such as 1234.56, not "0,500"; import with decimalSeparator=COMMA to read it as 0.500',
    ],
    ['1.5', COMMA, 'must be a number such as 1234,56, not "1.5"; import with decimalSeparator=POINT to read it as 1.5'],
    [
      '1,234',
      POINT,
      'is "1,234", which could mean 1234 or 1.234: write it without a thousands separator, or import with decimalSeparator=COMMA to read it as 1.234',
    ],
    [
      '-12.500',
      COMMA,
      'is "-12.500", which could mean -12500 or -12.500: write it without a thousands separator, or import with decimalSeparator=POINT to read it as -12.500',
    ],
    ['two', COMMA, 'must be a number such as 1234,56, not "two"'],
    ['12 €', COMMA, 'must be a number such as 1234,56, not "12 €"'],
    ['9'.repeat(40).concat('x'), POINT, `must be a number such as 1234.56, not "${'9'.repeat(30)}…"`],
  ])('tells of %j with %s how it can be read', (cell, separator, detail) => {
    expect(readDecimal(cell, separator)).toEqual({ detail });
  });

  test.each([
    '',
    '-',
    ',5',
    '5,',
    '+1',
    '1e3',
    '1,2,3',
    '1.23,4',
    '12.34.567',
    '1.234 567',
    '1234.567,8',
    '0.123,4',
    '१',
    '1\n',
  ])('refuses %j', (cell) => {
    expect(readDecimal(cell, COMMA)).toHaveProperty('detail');
  });

  test('reads every number as it is meant, or refuses it', () => {
    const digits = (min: number, max: number) =>
      fc.array(fc.nat(9), { minLength: min, maxLength: max }).map((each) => each.join(''));
    const integers = fc.tuple(fc.integer({ min: 1, max: 9 }), digits(0, 9)).map(([first, rest]) => `${first}${rest}`);
    const sign = fc.constantFrom('', '-');
    const marks = fc.constantFrom<[typeof POINT | typeof COMMA, string, string]>(
      ...(['', ',', "'", ' '] as const).map((group): [typeof POINT, string, string] => [POINT, '.', group]),
      ...(['', '.', '’', '\u202f'] as const).map((group): [typeof COMMA, string, string] => [COMMA, ',', group]),
    );
    fc.assert(
      fc.property(sign, integers, digits(0, 6), marks, (minus, integer, fraction, [separator, mark, group]) => {
        const written = `${minus}${grouped(integer, group)}${fraction === '' ? '' : mark + fraction}`;
        const meant = `${minus}${integer}${fraction === '' ? '' : `.${fraction}`}`;
        const isAmbiguous = [',', '.'].includes(group) && fraction === '' && [4, 5, 6].includes(integer.length);
        expect(readDecimal(written, separator)).toEqual(
          isAmbiguous ? { detail: expect.stringContaining('could mean') } : { value: meant },
        );
        // With the other separator, only what is ambiguous would be another number.
        const other = readDecimal(written, separator === POINT ? COMMA : POINT);
        if (!isAmbiguous && 'value' in other) expect(other.value).toBe(meant);
      }),
    );
  });
});

describe('readDate', () => {
  test.each([
    ['2026-12-31', YEAR_MONTH_DAY, '2026-12-31'],
    ['2026-12-31', DATE_FORMAT_UNSPECIFIED, '2026-12-31'],
    ['15.01.2026', DAY_MONTH_YEAR, '2026-01-15'],
    ['1.2.2026', DAY_MONTH_YEAR, '2026-02-01'],
    ['31/12/2026', DAY_MONTH_YEAR, '2026-12-31'],
    ['29-02-2028', DAY_MONTH_YEAR, '2028-02-29'],
    ['12/31/2026', MONTH_DAY_YEAR, '2026-12-31'],
  ])('reads %s with %s as %s', (cell, format, value) => {
    expect(readDate(cell, format)).toEqual({ value });
  });

  test.each([
    [
      '15.01.2026',
      DATE_FORMAT_UNSPECIFIED,
      'must be a date such as 2026-12-31, not "15.01.2026"; import with dateFormat=DAY_MONTH_YEAR to read it as 2026-01-15',
    ],
    [
      '03/04/2026',
      YEAR_MONTH_DAY,
      'must be a date such as 2026-12-31, not "03/04/2026"; import with dateFormat=DAY_MONTH_YEAR to read it as ' +
        '2026-04-03, or with dateFormat=MONTH_DAY_YEAR to read it as 2026-03-04',
    ],
    [
      '2026-01-15',
      DAY_MONTH_YEAR,
      'must be a date such as 31.12.2026, not "2026-01-15"; import with dateFormat=YEAR_MONTH_DAY to read it as 2026-01-15',
    ],
    ['30.02.2026', DAY_MONTH_YEAR, 'must be a date such as 31.12.2026, not "30.02.2026"'],
    ['03.04.2026', MONTH_DAY_YEAR, expect.stringContaining('import with dateFormat=DAY_MONTH_YEAR')],
    ['15.01.26', DAY_MONTH_YEAR, 'must be a date such as 31.12.2026, not "15.01.26"'],
    ['15.01/2026', DAY_MONTH_YEAR, 'must be a date such as 31.12.2026, not "15.01/2026"'],
    ['2026-02-30', YEAR_MONTH_DAY, 'must be a date such as 2026-12-31, not "2026-02-30"'],
  ])('tells of %s with %s how it can be read', (cell, format, detail) => {
    expect(readDate(cell, format)).toEqual({ detail });
  });
});
