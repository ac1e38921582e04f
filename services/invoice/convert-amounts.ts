import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  DocumentAllowanceCharge,
  DocumentAllowanceChargeSchema,
} from '../../gen/numer/invoice/v1/allowance_charge_pb.ts';
import {
  type Invoice,
  Invoice_RoundingPolicy,
  type InvoiceLineSchema,
  type InvoiceSchema,
  type TaxTotalSchema,
} from '../../gen/numer/invoice/v1/invoice_pb.ts';
import { Tax_Category, type Tax as TaxMessage, type TaxSchema } from '../../gen/numer/invoice/v1/tax_pb.ts';
import type { DocumentAdjustment } from './adjustment.ts';
import type { InvoiceInput, TaxedAllowanceChargeInput } from './domain/calculate.ts';
import { TAX_CATEGORIES, type Tax, type TaxInput } from './domain/tax.ts';
import type { TaxBucket } from './domain/tax-bucket.ts';
import { ROUNDING_POLICIES, type RoundingPolicy } from './domain/tax-pool.ts';
import type { InvoiceHeadRow, LineRow } from './store/invoice-row.ts';

/** What counts of an invoice for its amounts. Assumes that it is valid by its schema. */
export function toInvoiceInput(invoice: Invoice): InvoiceInput {
  return {
    ...invoice,
    lines: invoice.lines.map((line) => ({ ...line, taxes: line.taxes.map(toTaxInput) })),
    allowances: invoice.allowances.map(toAdjustmentInput),
    charges: invoice.charges.map(toAdjustmentInput),
    roundingPolicy: roundingPolicyOf(invoice.roundingPolicy),
  };
}

/** The policy, or undefined when none is given. */
export function roundingPolicyOf(given: Invoice_RoundingPolicy): RoundingPolicy | undefined {
  return ROUNDING_POLICIES.find((policy) => Invoice_RoundingPolicy[policy] === given);
}

function toAdjustmentInput(item: DocumentAllowanceCharge): TaxedAllowanceChargeInput {
  return { ...item, taxes: item.taxes.map(toTaxInput) };
}

function toTaxInput(tax: TaxMessage): TaxInput {
  return { ...tax, category: TAX_CATEGORIES.find((category) => Tax_Category[category] === tax.category) };
}

/** The amounts of an invoice, and what they came of, but for its lines. */
export function toAmountFields(row: InvoiceHeadRow): MessageInitShape<typeof InvoiceSchema> {
  return {
    discountPercent: row.discountPercent,
    discountAmountMinor: row.discountAmountMinor,
    allowances: row.allowances.map(toDocumentAllowanceCharge),
    charges: row.charges.map(toDocumentAllowanceCharge),
    pricesIncludeTax: row.pricesIncludeTax,
    roundingPolicy: Invoice_RoundingPolicy[row.roundingPolicy],
    prepaidMinor: row.prepaidMinor,
    roundingIncrementMinor: row.roundingIncrementMinor,
    roundingAmountMinor: row.roundingAmountMinor,
    subtotalMinor: row.subtotalMinor,
    discountMinor: row.discountMinor,
    allowanceMinor: row.allowanceMinor,
    chargeMinor: row.chargeMinor,
    taxes: row.taxes.map(toTaxTotal),
    taxMinor: row.taxMinor,
    totalMinor: row.totalMinor,
    retainedTaxes: row.retainedTaxes.map(toTaxTotal),
    retainedMinor: row.retainedMinor,
    roundingMinor: row.roundingMinor,
    payableMinor: row.payableMinor,
    paidMinor: row.paidMinor,
    creditedMinor: row.creditedMinor,
    writtenOffMinor: row.writtenOffMinor,
    creditNoteMinor: row.creditNoteMinor,
    creditableMinor: row.state === 'DRAFT' || row.state === 'VOID' ? 0n : creditableMinorOf(row),
  };
}

/** What credit notes can still give of an invoice that was opened. */
export function creditableMinorOf(row: InvoiceHeadRow): bigint {
  return row.totalMinor - row.retainedMinor + row.roundingMinor - row.creditNoteMinor;
}

/** The line with its amounts. */
export function toInvoiceLine(row: LineRow): MessageInitShape<typeof InvoiceLineSchema> {
  return { ...row, allowances: [...row.allowances], charges: [...row.charges], taxes: row.taxes.map(toTax) };
}

function toDocumentAllowanceCharge(item: DocumentAdjustment): MessageInitShape<typeof DocumentAllowanceChargeSchema> {
  return { ...item, taxes: item.taxes.map(toTax) };
}

/** A tax as a message. */
export function toTax({ category, ...tax }: Tax): MessageInitShape<typeof TaxSchema> {
  return { ...tax, ...(category === undefined ? {} : { category: Tax_Category[category] }) };
}

/** The total of a tax as a message. */
export function toTaxTotal({ category, ...bucket }: TaxBucket): MessageInitShape<typeof TaxTotalSchema> {
  return { ...bucket, ...(category === undefined ? {} : { category: Tax_Category[category] }) };
}
