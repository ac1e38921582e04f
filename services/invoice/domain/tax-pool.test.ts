import { describe, expect, it } from 'vitest';
import { calculate, type InvoiceInput } from './calculate.ts';
import type { LineInput } from './line-amounts.ts';

const line = (unitPrice: string, taxPercent: string, quantity = '1'): LineInput => ({
  quantity,
  unitPrice,
  taxPercent,
});
const included = (lines: LineInput[], other: Partial<InvoiceInput> = {}) =>
  calculate({ currencyCode: 'EUR', lines, pricesIncludeTax: true, ...other });

describe('prices that include tax', () => {
  // github.com/ZUGFeRD/mustangproject/issues/781
  it('79.20 at 19 % contain 12.65 of tax on 66.55', () => {
    const amounts = included([line('79.20', '19')]);
    expect(amounts.lines).toMatchObject([{ grossMinor: 7920n, netMinor: 6655n, includedTaxMinor: 1265n }]);
    expect(amounts).toMatchObject({ subtotalMinor: 6655n, taxMinor: 1265n, totalMinor: 7920n });
  });

  it('are divided once for each tax, and the lines carry what their sum was rounded to', () => {
    // 1.00 / 1.19 is 0.8403..., three times 2.5210...; rounded one by one it would be 2.52 as well, 100 times not.
    const amounts = included(Array.from({ length: 100 }, () => line('1.00', '19')));
    expect(amounts).toMatchObject({ subtotalMinor: 8403n, taxMinor: 1597n, totalMinor: 10000n });
    expect(new Set(amounts.lines.map(({ netMinor }) => netMinor))).toEqual(new Set([84n, 85n]));
  });

  it('are divided line by line with the policy LINE', () => {
    const lines = Array.from({ length: 100 }, () => line('1.00', '19'));
    expect(included(lines, { roundingPolicy: 'LINE' })).toMatchObject({ subtotalMinor: 8400n, totalMinor: 10000n });
  });

  it('leave a discount, allowance and charge what was typed', () => {
    const amounts = included([line('100', '25'), line('50', '10')], {
      discountAmountMinor: 1500n,
      allowances: [{ amountMinor: 500n, taxPercent: '25' }],
      charges: [{ amountMinor: 999n, taxPercent: '25' }],
    });
    expect(amounts.totalMinor).toBe(15000n - 1500n - 500n + 999n);
    expect(amounts).toMatchObject({ subtotalMinor: 12545n, discountMinor: 1254n, allowanceMinor: 400n });
    expect(amounts.charges).toMatchObject([{ amountMinor: 999n, calculatedMinor: 999n, netMinor: 799n }]);
  });

  it('divide several taxes of a line by all of their rates together', () => {
    const taxes = [
      { name: 'GST', percent: '5' },
      { name: 'QST', percent: '9.975' },
    ];
    const amounts = included([{ quantity: '1', unitPrice: '160.97', taxes }]);
    expect(amounts.subtotalMinor).toBe(14000n);
    expect(amounts.taxes.map(({ taxMinor }) => taxMinor)).toEqual([700n, 1397n]);
  });

  it('divide a compound tax out as well', () => {
    const taxes = [{ percent: '5' }, { percent: '7.5', compound: true }];
    const amounts = included([{ quantity: '1', unitPrice: '112.88', taxes }]);
    expect(amounts).toMatchObject({ subtotalMinor: 10000n, taxMinor: 1288n, totalMinor: 11288n });
    expect(amounts.taxes).toMatchObject([{ taxMinor: 500n }, { netMinor: 10500n, taxMinor: 788n }]);
  });

  it('contain no retained tax', () => {
    const taxes = [{ percent: '15', retained: true }];
    const amounts = included([{ quantity: '1', unitPrice: '121', taxPercent: '21', taxes }]);
    expect(amounts).toMatchObject({ subtotalMinor: 10000n, taxMinor: 2100n, retainedMinor: 1500n, totalMinor: 12100n });
  });
});

describe('the policy LINE', () => {
  it('rounds tax on each line, allowance and charge', () => {
    // 10 % of 0.05 is 0.005, which is 0.01 on each; 0.02 of 0.15 if rounded once.
    const lines = [line('0.05', '10'), line('0.05', '10'), line('0.05', '10')];
    const input: InvoiceInput = { currencyCode: 'EUR', lines, charges: [{ amountMinor: 5n, taxPercent: '10' }] };
    expect(calculate({ ...input, roundingPolicy: 'LINE' }).taxes).toMatchObject([{ netMinor: 20n, taxMinor: 4n }]);
    expect(calculate(input).taxes).toMatchObject([{ netMinor: 20n, taxMinor: 2n }]);
  });

  it('takes a discount off the lines before it taxes them', () => {
    const lines = [line('0.05', '10'), line('0.05', '10'), line('0.05', '10')];
    const amounts = calculate({ currencyCode: 'EUR', lines, discountPercent: '100', roundingPolicy: 'LINE' });
    expect(amounts).toMatchObject({ discountMinor: 15n, taxMinor: 0n, totalMinor: 0n });
  });
});

describe('spreadDiscount', () => {
  it('gives the odd cent to the smallest of equal remainders, wherever the line stands', () => {
    // Half of 0.05 and of 0.15: 0.02 and 0.08 are left, or 0.03 and 0.07, and with half of it as tax 0.05 or 0.06.
    const lines = [line('0.05', '50'), line('0.15', '50')];
    const taxOf = (ordered: LineInput[]) =>
      calculate({ currencyCode: 'EUR', lines: ordered, discountPercent: '50', roundingPolicy: 'LINE' }).taxMinor;
    expect([taxOf(lines), taxOf(lines.toReversed())]).toEqual([5n, 5n]);
  });

  it('spreads a discount as an amount over the taxes by largest remainder', () => {
    const amounts = calculate({
      currencyCode: 'EUR',
      lines: [line('1', '0'), line('1', '7'), line('1', '19')],
      discountAmountMinor: 100n,
    });
    expect(amounts.discountMinor).toBe(100n);
    expect(amounts.taxes.map(({ netMinor }) => netMinor)).toEqual([66n, 67n, 67n]);
  });

  it('spreads it over goods taken back as well', () => {
    const amounts = calculate(
      { currencyCode: 'EUR', lines: [line('10', '0'), line('20', '7', '-1')], discountAmountMinor: -100n },
      { allowNegative: true },
    );
    expect(amounts.taxes.map(({ netMinor }) => netMinor)).toEqual([900n, -1800n]);
  });
});
