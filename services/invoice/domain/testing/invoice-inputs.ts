import fc from 'fast-check';
import type { InvoiceInput, TaxedAllowanceChargeInput } from '../calculate.ts';
import type { LineInput } from '../line-amounts.ts';
import type { TaxInput } from '../tax.ts';

/** Decimals from `min` to `max` units of some scale. */
export const decimalText = (max: bigint, scaleMax: number, min = 0n): fc.Arbitrary<string> =>
  fc.tuple(fc.bigInt({ min, max }), fc.integer({ min: 0, max: scaleMax })).map(([coefficient, scale]) => {
    const digits = (coefficient < 0n ? -coefficient : coefficient).toString().padStart(scale + 1, '0');
    const point = digits.length - scale;
    return `${coefficient < 0n ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`;
  });
const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const percents = decimalText(100n, 4);
/** Tax rates above 0. */
export const rates = fc.oneof(fc.constantFrom('5', '7', '9.975', '19', '25'), decimalText(100n, 3, 1n));
const taxLists: fc.Arbitrary<readonly TaxInput[]> = fc.oneof(
  rates.map((percent) => [{ percent }]),
  fc.constantFrom<TaxInput[]>(
    [],
    [{ category: 'EXEMPT', exemptionReason: 'Article 132' }],
    [{ category: 'REVERSE_CHARGE' }],
    [
      { name: 'GST', percent: '5' },
      { name: 'QST', percent: '9.975' },
    ],
    [
      { name: 'GST', percent: '5' },
      { name: 'QST', percent: '7.5', compound: true },
      { percent: '2', retained: true },
    ],
    [{ name: 'IRPF', percent: '15', retained: true }],
  ),
);
const allowances: fc.Arbitrary<TaxedAllowanceChargeInput> = fc.oneof(
  fc.record({ amountMinor: fc.bigInt({ min: -20n, max: 5_000n }), taxes: taxLists }),
  fc.record({ percent: percents, baseMinor: optional(fc.bigInt({ min: 0n, max: 9_999n })), taxes: taxLists }),
);
const lineParts = {
  quantity: decimalText(2_000n, 6, -500n),
  unitPrice: decimalText(1_000_000n, 6),
  baseQuantity: optional(decimalText(1_000n, 2, 1n)),
  discountPercent: optional(percents),
};
const lines: fc.Arbitrary<LineInput> = fc.record({
  ...lineParts,
  taxes: taxLists,
  allowances: fc.array(allowances, { maxLength: 2 }),
  charges: fc.array(allowances, { maxLength: 2 }),
});
/** The parts of a document besides its amounts. */
export const documentParts = {
  currencyCode: fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'),
  discountPercent: optional(percents),
  pricesIncludeTax: fc.boolean(),
  roundingPolicy: fc.constantFrom('DOCUMENT', 'LINE'),
};
/** Invoices of all kinds, those with negative totals included. */
export const inputs: fc.Arbitrary<InvoiceInput> = fc.record({
  ...documentParts,
  lines: fc.array(lines, { maxLength: 12 }),
  allowances: fc.array(allowances, { maxLength: 3 }),
  charges: fc.array(allowances, { maxLength: 3 }),
  prepaidMinor: fc.bigInt({ min: 0n, max: 500n }),
  roundingIncrementMinor: fc.constantFrom(0n, 5n, 100n),
});
/** Invoices with amounts from lines and a discount alone, one tax per line. */
export const simpleInputs: fc.Arbitrary<InvoiceInput> = fc.record({
  ...documentParts,
  lines: fc.array(fc.record({ ...lineParts, taxPercent: fc.oneof(fc.constant('0'), rates) }), { maxLength: 12 }),
});
