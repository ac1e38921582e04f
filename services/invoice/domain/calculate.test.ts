import { describe, expect, it } from 'vitest';
import { AMOUNT_MINOR_MAX } from './amount.ts';
import { calculate, type InvoiceInput } from './calculate.ts';
import type { LineInput } from './line-amounts.ts';

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

/** 1 x each amount, all at one rate. */
const amountsAt = (taxPercent: string, ...prices: string[]): LineInput[] =>
  prices.map((price) => line('1', price, taxPercent));

describe('calculate: vectors with the place they were published at', () => {
  // Each line is 8.325, 8.325, 33.325, 6.675 and 1.25. Their sum is 57.90. Rounding each line, as EN 16931 asks
  // (BR-DEC-23) and both policies do, gives 57.92: a policy is about the rounding of tax alone.
  it.each(['DOCUMENT', 'LINE'] as const)(
    '25 x 0.333 twice, 25 x 1.333, 25 x 0.267 and 25 x 0.05 make 57.92 with the policy %s',
    (roundingPolicy) => {
      const lines = ['0.333', '0.333', '1.333', '0.267', '0.05'].map((price) => line('25', price, '0'));
      expect(calculate({ ...invoice(lines), roundingPolicy }).totalMinor).toBe(5792n);
    },
  );

  // github.com/odoo/odoo/issues/36675: 12.7765 and 2.5553 of tax, rounded one by one or as a sum of 15.3318.
  it.each([
    ['DOCUMENT', 1533n],
    ['LINE', 1534n],
  ] as const)('55.55 and 11.11 at 23 %% carry, with the policy %s, %d cents of tax', (roundingPolicy, taxMinor) => {
    expect(calculate({ ...invoice(amountsAt('23', '55.55', '11.11')), roundingPolicy })).toMatchObject({
      taxMinor,
      totalMinor: 6666n + taxMinor,
    });
  });

  it.each([
    ['on the line', invoice([line('1', '57.48', '21', '10')])],
    ['on the document', invoice([line('1', '57.48', '21')], '10')],
  ])('57.48 less 10 %% %s plus 21 %% is 62.59', (_where, input) => {
    expect(calculate(input).totalMinor).toBe(6259n);
  });

  it('45.30 at 5 % and 33.45 at 10 % carry 5.62 of tax, 84.37 in total', () => {
    const amounts = calculate(invoice([line('1', '45.30', '5'), line('1', '33.45', '10')]));
    expect(amounts).toMatchObject({ taxMinor: 562n, totalMinor: 8437n });
    expect(amounts.taxes).toMatchObject([
      { category: 'STANDARD', taxPercent: '5', netMinor: 4530n, taxMinor: 227n },
      { category: 'STANDARD', taxPercent: '10', netMinor: 3345n, taxMinor: 335n },
    ]);
  });

  it('9.975 % of 8180 is 815.96', () => {
    expect(calculate(invoice([line('1', '8180', '9.975')])).taxMinor).toBe(81596n);
  });

  // The rates of Quebec: GST 5 % and QST 9.975 %, both on the price (revenuquebec.ca, "Basic rules for applying the GST
  // and QST").
  it('140.00 with 5 % and 9.975 % on it is 160.97', () => {
    const taxes = [
      { name: 'GST', percent: '5' },
      { name: 'QST', percent: '9.975' },
    ];
    const amounts = calculate(invoice([{ quantity: '1', unitPrice: '140.00', taxes }]));
    expect(amounts).toMatchObject({ subtotalMinor: 14000n, taxMinor: 2097n, totalMinor: 16097n });
    expect(amounts.taxes).toMatchObject([
      { name: 'GST', taxPercent: '5', netMinor: 14000n, taxMinor: 700n },
      { name: 'QST', taxPercent: '9.975', netMinor: 14000n, taxMinor: 1397n },
    ]);
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

  // github.com/crater-invoice-inc/crater/issues/889 and 1227: tax is on the amount after the discount.
  it.each([
    ['3 x 45 less 60 at 21 %', [line('3', '45', '21')], 6000n, 9075n],
    ['110 less 10 at 10 %', [line('1', '110', '10')], 1000n, 11000n],
  ])('%s, with the discount as an amount, comes to the cent', (_what, lines, discountAmountMinor, totalMinor) => {
    expect(calculate({ ...invoice(lines), discountAmountMinor }).totalMinor).toBe(totalMinor);
  });
});

describe('calculate: negative totals', () => {
  // github.com/ConnectingEurope/eInvoicing-EN16931/issues/119 and 278, github.com/itplr-kosit/
  // validator-configuration-xrechnung/issues/74: half is rounded away from zero on both sides of it.
  it.each([
    ['25', '625743.54', -15643589n],
    ['25', '100.50', -2513n],
    ['19', '321.50', -6109n],
    ['19', '7612.50', -144638n],
  ])('%s %% of -%s is %d cents', (taxPercent, price, taxMinor) => {
    const amounts = calculate(invoice([line('-1', price, taxPercent)]), { allowNegative: true });
    expect(amounts.taxMinor).toBe(taxMinor);
    const positive = calculate(invoice([line('1', price, taxPercent)]));
    expect(amounts.totalMinor).toBe(-positive.totalMinor);
  });

  it('are refused unless they are asked for', () => {
    const input = invoice([line('-1', '0.01', '0')]);
    expect(() => calculate(input)).toThrow(expect.objectContaining({ reason: 'NEGATIVE_TOTAL' }));
    expect(calculate(input, { allowNegative: true })).toMatchObject({ totalMinor: -1n, payableMinor: -1n });
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
    expect(amounts.taxes).toMatchObject([{ taxPercent: '10', netMinor: 15n, taxMinor: 2n }]);
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
      discountPercent: '10',
      discountAmountMinor: 0n,
      allowances: [],
      charges: [],
      pricesIncludeTax: false,
      roundingPolicy: 'DOCUMENT',
      subtotalMinor: 0n,
      discountMinor: 0n,
      allowanceMinor: 0n,
      chargeMinor: 0n,
      taxes: [],
      taxMinor: 0n,
      totalMinor: 0n,
      retainedTaxes: [],
      retainedMinor: 0n,
      prepaidMinor: 0n,
      roundingIncrementMinor: 0n,
      roundingAmountMinor: 0n,
      roundingMinor: 0n,
      payableMinor: 0n,
    });
  });
});

describe('calculate: allowances and charges of the document', () => {
  const freight = { amountMinor: 2500n, taxPercent: '25' };

  it('change what is taxed at their rate, and are no part of the subtotal (EN 16931 BR-CO-13, BR-S-8)', () => {
    const amounts = calculate({
      ...invoice([line('1', '100', '25'), line('1', '50', '12')]),
      allowances: [{ amountMinor: 1000n, taxPercent: '12' }],
      charges: [freight],
    });
    expect(amounts).toMatchObject({ subtotalMinor: 15000n, allowanceMinor: 1000n, chargeMinor: 2500n });
    expect(amounts.taxes).toMatchObject([
      { taxPercent: '12', netMinor: 4000n, taxMinor: 480n },
      { taxPercent: '25', netMinor: 12500n, taxMinor: 3125n },
    ]);
    expect(amounts).toMatchObject({ taxMinor: 3605n, totalMinor: 20105n });
  });

  it('make a tax total of their own where no line has their rate', () => {
    const amounts = calculate({ ...invoice([line('1', '100', '12')]), charges: [freight] });
    expect(amounts.taxes).toMatchObject([{ netMinor: 10000n }, { taxPercent: '25', netMinor: 2500n, taxMinor: 625n }]);
  });

  it('take a percentage of the subtotal, or of the base they name', () => {
    const percent = { percent: '10', taxPercent: '25' };
    const amounts = calculate({
      ...invoice([line('1', '99.95', '25')]),
      allowances: [percent, { ...percent, baseMinor: 333n }],
    });
    expect(amounts.allowances).toMatchObject([{ calculatedMinor: 1000n }, { calculatedMinor: 33n }]);
    expect(amounts.allowanceMinor).toBe(1033n);
  });

  it('get no part of the discount', () => {
    const amounts = calculate({ ...invoice([line('1', '100', '25')], '50'), charges: [freight] });
    expect(amounts).toMatchObject({ discountMinor: 5000n, totalMinor: 9375n });
  });

  it('may be negative, which takes back an earlier one', () => {
    const input = { ...invoice([line('-7', '400', '25')]), charges: [{ amountMinor: -2500n, taxPercent: '25' }] };
    expect(calculate(input, { allowNegative: true })).toMatchObject({ taxMinor: -70625n, totalMinor: -353125n });
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
    ['two discounts', { ...invoice([line('1', '1', '0')], '1'), discountAmountMinor: 1n }, 'discountAmountMinor'],
    [
      'a discount of more than there is',
      { ...invoice([line('1', '1', '0')]), discountAmountMinor: 101n },
      'discountAmountMinor',
    ],
    ['a negative discount', { ...invoice([line('1', '1', '0')]), discountAmountMinor: -1n }, 'discountAmountMinor'],
    [
      'an allowance of two kinds',
      { ...invoice([]), allowances: [{ amountMinor: 1n, percent: '1' }] },
      'allowances[0].amountMinor',
    ],
    ['a charge of more than 100 %', { ...invoice([]), charges: [{ percent: '101' }] }, 'charges[0].percent'],
    ['a document discount above 100 %', invoice([line('1', '1', '0')], '100.5'), 'discountPercent'],
  ])('refuses %s and names the field', (_what, input, field) => {
    expect(() => calculate(input)).toThrow(expect.objectContaining({ reason: 'INVALID_ARGUMENT', field }));
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
