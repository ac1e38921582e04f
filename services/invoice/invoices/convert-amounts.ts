import type {
  DocumentAllowanceCharge,
  LineAllowanceCharge,
} from '../../../gen/numer/invoice/v1/allowance_charge_pb.ts';
import {
  type EarlyPaymentDiscount,
  type Invoice,
  Invoice_RoundingPolicy,
  type InvoiceLine,
  type TaxTotal,
} from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Tax_Category, type Tax as TaxMessage } from '../../../gen/numer/invoice/v1/tax_pb.ts';
import type { InvoiceInput, TaxedAllowanceChargeInput } from '../domain/calculate.ts';
import { formatDecimal } from '../domain/decimal.ts';
import { parsePercent } from '../domain/percent.ts';
import { TAX_CATEGORIES, type Tax, type TaxCategory, type TaxInput } from '../domain/tax.ts';
import type { TaxBucket } from '../domain/tax-bucket.ts';
import { ROUNDING_POLICIES, type RoundingPolicy } from '../domain/tax-pool.ts';
import type { InvoiceHeadRow, LineRow } from '../store/invoice-row.ts';
import type { DocumentAdjustment, LineAdjustment } from './adjustment.ts';

/** What the amounts of an invoice are calculated from. Assumes that the invoice is valid by its schema. */
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

/**
 * An early-payment discount as it is stored, with a percentage without zeros at its end. Assumes that it is valid, and
 * not empty.
 */
export function earlyDiscountOf(
  given: Pick<EarlyPaymentDiscount, 'percent' | 'days'> | undefined,
): Pick<InvoiceHeadRow, 'earlyDiscountPercent' | 'earlyDiscountDays'> {
  if (given === undefined) return { earlyDiscountPercent: null, earlyDiscountDays: null };
  const { percent, days } = given;
  return { earlyDiscountPercent: formatDecimal(parsePercent(percent, 'percent')), earlyDiscountDays: days };
}

function toAdjustmentInput(item: DocumentAllowanceCharge): TaxedAllowanceChargeInput {
  return { ...item, taxes: item.taxes.map(toTaxInput) };
}

/** A tax as it is asked for. */
export function toTaxInput(tax: TaxMessage): TaxInput {
  return { ...tax, category: TAX_CATEGORIES.find((category) => Tax_Category[category] === tax.category) };
}

/** The amounts of an invoice and the fields that they are calculated from, without the lines. */
export function toAmountFields(row: InvoiceHeadRow) {
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
  } satisfies Partial<Invoice>;
}

/** What credit notes can still give the customer of an opened invoice. */
export function creditableMinorOf(row: InvoiceHeadRow): bigint {
  return row.totalMinor - row.retainedMinor + row.roundingMinor - row.creditNoteMinor;
}

/** The line with its amounts. */
export function toInvoiceLine(row: LineRow): InvoiceLine {
  return {
    $typeName: 'numer.invoice.v1.InvoiceLine',
    id: row.id,
    description: row.description,
    quantity: row.quantity,
    unitPrice: row.unitPrice,
    taxPercent: row.taxPercent,
    discountPercent: row.discountPercent,
    grossMinor: row.grossMinor,
    discountMinor: row.discountMinor,
    netMinor: row.netMinor,
    baseQuantity: row.baseQuantity,
    unitCode: row.unitCode,
    discountAmountMinor: row.discountAmountMinor,
    allowances: row.allowances.map(toLineAllowanceCharge),
    charges: row.charges.map(toLineAllowanceCharge),
    taxes: row.taxes.map(toTax),
    allowanceMinor: row.allowanceMinor,
    chargeMinor: row.chargeMinor,
    includedTaxMinor: row.includedTaxMinor,
  };
}

function toLineAllowanceCharge(item: LineAdjustment): LineAllowanceCharge {
  return { $typeName: 'numer.invoice.v1.LineAllowanceCharge', ...item };
}

/** The allowance or charge of a document with its amounts. */
export function toDocumentAllowanceCharge(item: DocumentAdjustment): DocumentAllowanceCharge {
  return { $typeName: 'numer.invoice.v1.DocumentAllowanceCharge', ...item, taxes: item.taxes.map(toTax) };
}

/** A tax as a message. */
export function toTax(tax: Tax): TaxMessage {
  return {
    $typeName: 'numer.invoice.v1.Tax',
    name: tax.name,
    category: categoryOf(tax),
    percent: tax.percent,
    exemptionReason: tax.exemptionReason,
    exemptionCode: tax.exemptionCode,
    compound: tax.compound,
    retained: tax.retained,
  };
}

/** The total of a tax as a message. */
export function toTaxTotal(bucket: TaxBucket): TaxTotal {
  return {
    $typeName: 'numer.invoice.v1.TaxTotal',
    taxPercent: bucket.taxPercent,
    netMinor: bucket.netMinor,
    taxMinor: bucket.taxMinor,
    name: bucket.name,
    category: categoryOf(bucket),
    exemptionReason: bucket.exemptionReason,
    exemptionCode: bucket.exemptionCode,
    compound: bucket.compound,
  };
}

function categoryOf({ category }: { readonly category?: TaxCategory | undefined }): Tax_Category {
  return category === undefined ? Tax_Category.CATEGORY_UNSPECIFIED : Tax_Category[category];
}
