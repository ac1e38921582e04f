import { describe, expect, it } from 'vitest';
import { AMOUNT_MINOR_MAX } from './amount.ts';
import { calculate } from './calculate.ts';
import type { TaxInput } from './tax.ts';

const taxed = (...taxes: TaxInput[]) => ({ quantity: '1', unitPrice: '100', taxes });
const taxesOf = (...lines: ReturnType<typeof taxed>[]) => calculate({ currencyCode: 'EUR', lines }).taxes;

describe('tax totals', () => {
  it('are one for each category and rate (EN 16931, BG-23)', () => {
    const taxes = taxesOf(
      taxed({ category: 'EXPORT' }),
      taxed({ percent: '19' }),
      taxed({ category: 'ZERO_RATED' }),
      taxed({ percent: '19.0' }),
      taxed({ percent: '7' }),
    );
    expect(taxes.map(({ category, taxPercent, netMinor }) => [category, taxPercent, netMinor])).toEqual([
      ['ZERO_RATED', '0', 10000n],
      ['EXPORT', '0', 10000n],
      ['STANDARD', '7', 10000n],
      ['STANDARD', '19', 20000n],
    ]);
  });

  it('tell apart taxes of different names', () => {
    expect(taxesOf(taxed({ name: 'GST', percent: '5' }, { name: 'PST', percent: '5' }))).toMatchObject([
      { name: 'GST', netMinor: 10000n, taxMinor: 500n },
      { name: 'PST', netMinor: 10000n, taxMinor: 500n },
    ]);
  });

  it('have a compound tax on the net and the taxes before it', () => {
    // The QST before 2013: 7.5 % on the price and the 5 % of GST.
    expect(
      taxesOf(taxed({ name: 'GST', percent: '5' }, { name: 'QST', percent: '7.5', compound: true })),
    ).toMatchObject([
      { name: 'GST', netMinor: 10000n, taxMinor: 500n },
      { name: 'QST', netMinor: 10500n, taxMinor: 788n, compound: true },
    ]);
  });

  it('leave retained taxes out of what a compound tax is on', () => {
    const retained = { percent: '2', retained: true };
    expect(taxesOf(taxed({ percent: '5' }, retained, { percent: '7.5', compound: true }))).toMatchObject([
      { netMinor: 10000n, taxMinor: 500n },
      { netMinor: 10500n, taxMinor: 788n },
    ]);
  });

  it('say why no tax is charged, if a line does (BR-E-10)', () => {
    const reasons = { exemptionReason: 'Article 132', exemptionCode: 'VATEX-EU-132' };
    expect(taxesOf(taxed({ category: 'EXEMPT' }), taxed({ category: 'EXEMPT', ...reasons }))).toMatchObject([
      { netMinor: 20000n, ...reasons },
    ]);
  });

  it.each([
    ['REVERSE_CHARGE', 'VATEX-EU-AE'],
    ['INTRA_COMMUNITY', 'VATEX-EU-IC'],
    ['EXPORT', 'VATEX-EU-G'],
    ['OUTSIDE_SCOPE', 'VATEX-EU-O'],
  ] as const)('say why no tax is charged where the category %s does', (category, exemptionCode) => {
    expect(taxesOf(taxed({ category }))).toMatchObject([
      { category, exemptionReason: '', exemptionCode, taxMinor: 0n },
    ]);
    expect(taxesOf(taxed({ category, exemptionCode: 'VATEX-EU-X' }))).toMatchObject([{ exemptionCode: 'VATEX-EU-X' }]);
  });

  it.each<[string, ReturnType<typeof taxed>[], string]>([
    ['an exemption without a reason', [taxed({ category: 'EXEMPT' })], 'lines[0].taxes'],
    [
      'two reasons for one exemption',
      [taxed({ category: 'EXEMPT', exemptionReason: 'a' }), taxed({ category: 'EXEMPT', exemptionReason: 'b' })],
      'lines[1].taxes',
    ],
    [
      'anything beside what is outside the scope of tax (BR-O-11 to BR-O-14)',
      [taxed({ category: 'OUTSIDE_SCOPE' }), taxed({ percent: '19' })],
      'lines[1].taxes',
    ],
    [
      'the standard rate beside split payment (BR-B-2)',
      [taxed({ percent: '22' }), taxed({ category: 'SPLIT_PAYMENT', percent: '22' })],
      'lines[0].taxes',
    ],
  ])('refuse %s', (_what, lines, field) => {
    expect(() => taxesOf(...lines)).toThrow(expect.objectContaining({ reason: 'INVALID_ARGUMENT', field }));
  });

  it('refuse more than an amount may be, even if other lines take it back', () => {
    const charges = [1n, 1n, -1n].map((sign, index) => ({
      amountMinor: sign * AMOUNT_MINOR_MAX,
      taxPercent: index === 2 ? '0.000001' : '0',
    }));
    expect(() => calculate({ currencyCode: 'EUR', lines: [], charges })).toThrow(
      expect.objectContaining({ reason: 'AMOUNT_TOO_LARGE', message: expect.stringContaining('taxed at 0 %') }),
    );
  });

  it('refuse a charge that is taxed beside what is outside the scope of tax', () => {
    const input = { currencyCode: 'EUR', lines: [taxed({ category: 'OUTSIDE_SCOPE' })] };
    expect(() => calculate({ ...input, charges: [{ amountMinor: 1n, taxPercent: '19' }] })).toThrow(
      expect.objectContaining({ field: 'charges[0].taxes' }),
    );
  });
});

describe('retained taxes', () => {
  it('lower what is to be paid and not the total', () => {
    const lines = [
      { quantity: '1', unitPrice: '1000', taxPercent: '21', taxes: [{ name: 'IRPF', percent: '15', retained: true }] },
    ];
    const amounts = calculate({ currencyCode: 'EUR', lines });
    expect(amounts).toMatchObject({ taxMinor: 21000n, totalMinor: 121000n, retainedMinor: 15000n });
    expect(amounts.payableMinor).toBe(106000n);
    expect(amounts.taxes).toMatchObject([{ category: 'STANDARD', taxPercent: '21' }]);
    expect(amounts.retainedTaxes).toEqual([
      {
        name: 'IRPF',
        taxPercent: '15',
        exemptionReason: '',
        exemptionCode: '',
        compound: false,
        netMinor: 100000n,
        taxMinor: 15000n,
      },
    ]);
  });

  it('are on what is left after the discount', () => {
    const lines = [{ quantity: '1', unitPrice: '1000', taxPercent: '21', taxes: [{ percent: '15', retained: true }] }];
    expect(calculate({ currencyCode: 'EUR', lines, discountPercent: '10' }).retainedMinor).toBe(13500n);
  });
});
