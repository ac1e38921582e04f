import fc from 'fast-check';
import type { TaxedInput, TaxInput } from '../../domain/tax.ts';
import { decimalText, documentParts, rates } from '../../domain/testing/invoice-inputs.ts';
import { ACCOUNT, type GivenInvoice, type GivenLine, SELLER, sellerPaidTo } from './documents.ts';

const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const percents = decimalText(100n, 4);

const taxed: fc.Arbitrary<TaxedInput> = fc.oneof(
  rates.map((taxPercent) => ({ taxPercent })),
  rates.map((percent) => ({ taxes: [{ category: 'CANARY_ISLANDS' as const, percent }] })),
  fc.constantFrom<TaxedInput>(
    { taxPercent: '0' },
    { taxPercent: '19' },
    { taxes: [{ category: 'EXEMPT', exemptionReason: 'Article 132' }] },
    { taxes: [{ category: 'REVERSE_CHARGE' }] },
    { taxes: [{ category: 'INTRA_COMMUNITY' }] },
    { taxes: [{ category: 'EXPORT' }] },
  ),
);
const adjustment = fc.oneof(
  fc.record({ amountMinor: fc.bigInt({ min: -20n, max: 5_000n }) }),
  fc.record({ percent: percents, baseMinor: optional(fc.bigInt({ min: 0n, max: 9_999n })) }),
);
const line: fc.Arbitrary<GivenLine> = fc
  .record({
    quantity: decimalText(2_000n, 6, -500n),
    unitPrice: decimalText(1_000_000n, 6),
    baseQuantity: optional(decimalText(1_000n, 2, 1n)),
    discountPercent: optional(percents),
    allowances: fc.array(adjustment, { maxLength: 2 }),
    charges: fc.array(adjustment, { maxLength: 2 }),
    tax: taxed,
  })
  .map(({ tax, ...parts }) => ({ ...parts, ...tax }));
const documentAdjustment = fc.tuple(adjustment, taxed).map(([amount, tax]) => ({ taxPercent: '', ...amount, ...tax }));

const earlyDiscounts = fc.constantFrom(
  { earlyDiscountPercent: null, earlyDiscountDays: null },
  { earlyDiscountPercent: '2', earlyDiscountDays: 10 },
  { earlyDiscountPercent: '0.75', earlyDiscountDays: 365 },
);
const supplyAndOrder = fc.record({
  deliveryDate: fc.constantFrom(null, '2026-02-27'),
  periodStartDate: fc.constantFrom(null, '2026-02-01'),
  periodEndDate: fc.constantFrom(null, '2026-02-28'),
  buyerReference: fc.constantFrom('', '04011000-12345-34'),
  purchaseOrderReference: fc.constantFrom('', 'PO-4711'),
});
const facts: fc.Arbitrary<Required<GivenInvoice>['facts']> = fc
  .tuple(supplyAndOrder, earlyDiscounts)
  .map(([supply, discount]) => ({ ...supply, ...discount }));
const sellers = fc.constantFrom(SELLER, sellerPaidTo(ACCOUNT), sellerPaidTo({ accountIdentifier: '8311234567' }));

const mixedInvoices: fc.Arbitrary<GivenInvoice> = fc.record({
  ...documentParts,
  currencyCode: fc.constantFrom('EUR', 'EUR', 'EUR', 'JPY', 'KWD'),
  lines: fc.array(line, { minLength: 1, maxLength: 8 }),
  allowances: fc.array(documentAdjustment, { maxLength: 3 }),
  charges: fc.array(documentAdjustment, { maxLength: 3 }),
  prepaidMinor: fc.constantFrom(0n, 0n, 500n),
  roundingIncrementMinor: fc.constantFrom(0n, 5n, 100n),
  facts,
  seller: sellers,
});

/** The same invoice with one tax on everything, for taxes that allow no other beside them. */
function taxedWith(invoice: GivenInvoice, tax: TaxInput): GivenInvoice {
  const replace = <Item extends object>(items: readonly Item[] = []) =>
    items.map((item) => ({ ...item, taxPercent: '', taxes: [tax] }));
  const { lines, allowances, charges } = invoice;
  return { ...invoice, lines: replace(lines), allowances: replace(allowances), charges: replace(charges) };
}

/** Invoices of all kinds with one value added tax on each item; some have a negative total, and so are no invoices. */
export const randomInvoices: fc.Arbitrary<GivenInvoice> = fc.oneof(
  { weight: 9, arbitrary: mixedInvoices },
  { weight: 1, arbitrary: mixedInvoices.map((invoice) => taxedWith(invoice, { category: 'OUTSIDE_SCOPE' })) },
);
