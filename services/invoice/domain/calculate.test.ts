import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AMOUNT_MINOR_MAX, calculate, type InvoiceAmounts, type InvoiceInput, type LineInput } from './calculate.ts';
import { RuleViolation } from './rule-violation.ts';

const line = (quantity: string, unitPrice: string, taxPercent: string, discountPercent?: string): LineInput => ({
  quantity,
  unitPrice,
  taxPercent,
  discountPercent,
});
const invoice = (lines: LineInput[], discountPercent?: string, currencyCode = 'EUR'): InvoiceInput => ({
  currencyCode,
  lines,
  discountPercent,
});
const sum = (amounts: bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

describe('calculate: published vectors', () => {
  it('25 x 0.333 twice, 25 x 1.333, 25 x 0.267 and 25 x 0.05 make 57.92', () => {
    const prices = ['0.333', '0.333', '1.333', '0.267', '0.05'];
    expect(calculate(invoice(prices.map((price) => line('25', price, '0')))).totalMinor).toBe(5792n);
  });

  it.each([
    ['on the line', invoice([line('1', '57.48', '21', '10')])],
    ['on the document', invoice([line('1', '57.48', '21')], '10')],
  ])('57.48 less 10 % %s plus 21 % is 62.59', (_where, input) => {
    expect(calculate(input).totalMinor).toBe(6259n);
  });

  it('45.30 at 5 % and 33.45 at 10 % carry 5.62 of tax, 84.37 in total', () => {
    const amounts = calculate(invoice([line('1', '45.30', '5'), line('1', '33.45', '10')]));
    expect(amounts).toMatchObject({ taxMinor: 562n, totalMinor: 8437n });
    expect(amounts.taxes).toEqual([
      { taxPercent: '5', netMinor: 4530n, taxMinor: 227n },
      { taxPercent: '10', netMinor: 3345n, taxMinor: 335n },
    ]);
  });

  it('9.975 % of 8180 is 815.96', () => {
    expect(calculate(invoice([line('1', '8180', '9.975')])).taxMinor).toBe(81596n);
  });

  it('25 % of -625743.54 is -156435.89', () => {
    const { taxes } = calculate(invoice([line('1', '1000000', '0'), line('-1', '625743.54', '25')]));
    expect(taxes[1]).toEqual({ taxPercent: '25', netMinor: -62574354n, taxMinor: -15643589n });
  });

  it('9.99 less 15 % has parts that sum to 9.99', () => {
    const onLine = calculate(invoice([line('1', '9.99', '0', '15')]));
    expect(onLine.lines).toMatchObject([{ grossMinor: 999n, discountMinor: 150n, netMinor: 849n }]);
    const onDocument = calculate(invoice([line('1', '9.99', '0')], '15'));
    expect(onDocument).toMatchObject({ subtotalMinor: 999n, discountMinor: 150n, totalMinor: 849n });
  });

  it('2 x 49.995 at 19 % is 99.99 and 19.00 of tax', () => {
    const amounts = calculate(invoice([line('2', '49.995', '19')]));
    expect(amounts).toMatchObject({ subtotalMinor: 9999n, taxMinor: 1900n, totalMinor: 11899n });
  });
});

describe('calculate: rules', () => {
  it('rounds at the exponent of the currency', () => {
    const lines = [line('3', '1.23456', '10')];
    expect(calculate(invoice(lines, undefined, 'JPY'))).toMatchObject({ subtotalMinor: 4n, taxMinor: 0n });
    expect(calculate(invoice(lines, undefined, 'KWD'))).toMatchObject({ subtotalMinor: 3704n, taxMinor: 370n });
    expect(calculate(invoice(lines, undefined, 'CLF'))).toMatchObject({ subtotalMinor: 37037n, taxMinor: 3704n });
  });

  it('rounds tax once per rate and not per line', () => {
    // 10 % of 0.05 is 0.005, which would be 0.01 on each line.
    const amounts = calculate(invoice([line('1', '0.05', '10'), line('1', '0.05', '10.0'), line('1', '0.05', '10')]));
    expect(amounts.taxes).toEqual([{ taxPercent: '10', netMinor: 15n, taxMinor: 2n }]);
  });

  it('rounds a line once, after its discount', () => {
    // 0.005 less 10 % is 0.0045: rounding the gross first would leave 0.01 less 0.00.
    expect(calculate(invoice([line('1', '0.005', '0', '10')])).lines[0]?.netMinor).toBe(0n);
  });

  it('gives the odd cent of a discount to the rate that lost the most', () => {
    const amounts = calculate(invoice([line('1', '0.33', '7'), line('1', '0.34', '19'), line('1', '0.33', '0')], '50'));
    expect(amounts.discountMinor).toBe(50n);
    // Exact shares at 0 %, 7 % and 19 %: 16.5, 16.5 and 17; the lowest rate comes first.
    expect(amounts.taxes.map((bucket) => bucket.netMinor)).toEqual([16n, 17n, 17n]);
  });

  it('takes goods back by a negative quantity', () => {
    const amounts = calculate(invoice([line('3', '10', '19'), line('-1', '10', '19', '10')]));
    expect(amounts.lines[1]).toMatchObject({ grossMinor: -1000n, discountMinor: -100n, netMinor: -900n });
    expect(amounts).toMatchObject({ subtotalMinor: 2100n, taxMinor: 399n, totalMinor: 2499n });
  });

  it('gives back every decimal in its shortest form, and none as 0', () => {
    const amounts = calculate(invoice([line('007.50', '10.00', '', ''), line('-0', '0.0', '19.0', '5.50')]));
    expect(amounts.lines).toMatchObject([
      { quantity: '7.5', unitPrice: '10', taxPercent: '0', discountPercent: '0' },
      { quantity: '0', unitPrice: '0', taxPercent: '19', discountPercent: '5.5' },
    ]);
    expect(amounts.discountPercent).toBe('0');
  });

  it('gives zeros for an invoice without lines', () => {
    expect(calculate(invoice([], '10'))).toEqual({
      lines: [],
      subtotalMinor: 0n,
      discountPercent: '10',
      discountMinor: 0n,
      taxes: [],
      taxMinor: 0n,
      totalMinor: 0n,
    });
  });
});

describe('calculate: refusals', () => {
  it.each([
    ['an unknown currency', invoice([], undefined, 'EURO'), 'currencyCode'],
    ['a quantity that is no number', invoice([line('1', '1', '0'), line('two', '1', '0')]), 'lines[1].quantity'],
    ['a negative unit price', invoice([line('1', '-1', '0')]), 'lines[0].unitPrice'],
    ['a tax above 100 %', invoice([line('1', '1', '100.000001')]), 'lines[0].taxPercent'],
    ['a negative tax', invoice([line('1', '1', '-1')]), 'lines[0].taxPercent'],
    ['a line discount above 100 %', invoice([line('1', '1', '0', '101')]), 'lines[0].discountPercent'],
    ['a document discount above 100 %', invoice([line('1', '1', '0')], '100.5'), 'discountPercent'],
  ])('refuses %s and names the field', (_what, input, field) => {
    expect(() => calculate(input)).toThrow(expect.objectContaining({ reason: 'INVALID_ARGUMENT', field }));
  });

  it('refuses a negative total', () => {
    expect(() => calculate(invoice([line('-1', '0.01', '0')]))).toThrow(
      expect.objectContaining({ reason: 'NEGATIVE_TOTAL' }),
    );
  });

  it.each(['999999999999', '-999999999999'])('refuses a line of %s x 999999999999 and names it', (quantity) => {
    expect(() => calculate(invoice([line(quantity, '999999999999', '0')]))).toThrow(
      expect.objectContaining({ reason: 'AMOUNT_TOO_LARGE', field: 'lines[0]' }),
    );
  });

  it('refuses a total beyond the largest amount, but not the largest amount itself', () => {
    const largest = line('1', '9999999999999.99', '0');
    const parts = [line('1', '999999999999', '0'), line('9', '999999999999', '0'), line('1', '9.99', '0')];
    expect(() => calculate(invoice([largest]))).toThrow(expect.objectContaining({ field: 'lines[0].unitPrice' }));
    expect(calculate(invoice(parts)).totalMinor).toBe(AMOUNT_MINOR_MAX);
    expect(() => calculate(invoice([...parts, line('1', '0.01', '0')]))).toThrow(
      expect.objectContaining({ reason: 'AMOUNT_TOO_LARGE' }),
    );
  });
});

const decimalText = (max: bigint, scaleMax: number, min = 0n): fc.Arbitrary<string> =>
  fc.tuple(fc.bigInt({ min, max }), fc.integer({ min: 0, max: scaleMax })).map(([coefficient, scale]) => {
    const digits = (coefficient < 0n ? -coefficient : coefficient).toString().padStart(scale + 1, '0');
    const point = digits.length - scale;
    return `${coefficient < 0n ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`;
  });
const discounts = fc.option(decimalText(100n, 4), { nil: undefined });
const inputs: fc.Arbitrary<InvoiceInput> = fc.record({
  currencyCode: fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'),
  lines: fc.array(
    fc.record({
      quantity: decimalText(2_000n, 6, -500n),
      unitPrice: decimalText(1_000_000n, 6),
      discountPercent: discounts,
      taxPercent: fc.oneof(fc.constantFrom('0', '5', '7', '9.975', '19', '25'), decimalText(100n, 3)),
    }),
    { maxLength: 12 },
  ),
  discountPercent: discounts,
});
/** Runs the check on every invoice that is none of the refused ones. */
function forEveryInvoice(check: (amounts: InvoiceAmounts, input: InvoiceInput) => void): void {
  fc.assert(
    fc.property(inputs, (input) => {
      let amounts: InvoiceAmounts;
      try {
        amounts = calculate(input);
      } catch (error) {
        fc.pre(!(error instanceof RuleViolation && error.reason === 'NEGATIVE_TOTAL'));
        throw error;
      }
      check(amounts, input);
    }),
    { numRuns: 300 },
  );
}

describe('calculate: properties', () => {
  it('has parts that sum to the whole', () => {
    forEveryInvoice(({ lines, subtotalMinor, discountMinor, taxes, taxMinor, totalMinor }) => {
      for (const amounts of lines) expect(amounts.grossMinor - amounts.discountMinor).toBe(amounts.netMinor);
      expect(sum(lines.map((amounts) => amounts.netMinor))).toBe(subtotalMinor);
      expect(sum(taxes.map((bucket) => bucket.netMinor))).toBe(subtotalMinor - discountMinor);
      expect(sum(taxes.map((bucket) => bucket.taxMinor))).toBe(taxMinor);
      expect(subtotalMinor - discountMinor + taxMinor).toBe(totalMinor);
    });
  });

  it('changes no total when the order of the lines changes', () => {
    forEveryInvoice((amounts, input) => {
      const { lines: _reversed, ...totals } = calculate({ ...input, lines: [...input.lines].reverse() });
      const { lines: _lines, ...expected } = amounts;
      expect(totals).toEqual(expected);
    });
  });

  it('changes nothing when its own result is calculated again', () => {
    forEveryInvoice((amounts, { currencyCode }) => expect(calculate({ currencyCode, ...amounts })).toEqual(amounts));
  });

  it('flips no sign: a discount never exceeds or reverses what it is taken off', () => {
    forEveryInvoice(({ lines, subtotalMinor, discountMinor }) => {
      const parts = lines.map((amounts) => [amounts.grossMinor, amounts.discountMinor] as const);
      for (const [whole, discount] of [...parts, [subtotalMinor, discountMinor] as const]) {
        const [low, high] = whole < 0n ? [whole, 0n] : [0n, whole];
        expect(discount >= low && discount <= high).toBe(true);
      }
    });
  });

  it('flips no sign: tax has the sign of its net and never exceeds it', () => {
    forEveryInvoice(({ taxes }) => {
      for (const { netMinor, taxMinor } of taxes) {
        const [low, high] = netMinor < 0n ? [netMinor, 0n] : [0n, netMinor];
        expect(taxMinor >= low && taxMinor <= high).toBe(true);
      }
    });
  });

  it('has one bucket a rate, lowest first, as if each rate without discount were invoiced alone', () => {
    forEveryInvoice((_amounts, input) => {
      const { taxes } = calculate({ ...input, discountPercent: undefined, lines: input.lines.map(withoutReturns) });
      const rates = taxes.map((bucket) => Number(bucket.taxPercent));
      expect(rates).toEqual([...new Set(rates)].sort((a, b) => a - b));
      for (const bucket of taxes) {
        const lines = input.lines
          .filter((item) => Number(item.taxPercent) === Number(bucket.taxPercent))
          .map(withoutReturns);
        expect(calculate({ ...input, discountPercent: undefined, lines }).taxes).toEqual([bucket]);
      }
    });
  });
});

function withoutReturns(item: LineInput): LineInput {
  return { ...item, quantity: item.quantity.replace('-', '') };
}
