import { create } from '@bufbuild/protobuf';
import type { CreditNote, CreditNoteLine } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import { PartySchema, type TaxTotal } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Tax_Category } from '../../../gen/numer/invoice/v1/tax_pb.ts';
import type { Currency } from '../../../runtime/currency.ts';
import { sum } from '../domain/amount.ts';
import { formatAmount, getCurrency } from '../domain/currency.ts';
import { magnitudeOf, ONE } from '../domain/decimal.ts';
import { parseQuantity } from '../domain/line-amounts.ts';
import { resolveTaxes, TAX_CATEGORIES } from '../domain/tax.ts';
import type { TaxBucket } from '../domain/tax-bucket.ts';
import { toTaxInput } from '../invoices/convert-amounts.ts';
import type { IssuedCreditNoteRow } from '../store/read-credit-notes.ts';
import { discountOf } from './adjustments.ts';
import { deliveryOf, periodOf } from './delivery.ts';
import type { DocumentAdjustment, ElectronicInvoice, Line } from './electronic-invoice.ts';
import { priceFor } from './invoice-line.ts';
import type { Problem } from './problem.ts';
import { discountsOf, type Taxed, taxProblems, type VatParts, vatBreakdownOf, vatOf } from './vat.ts';
import { xmlText } from './xml.ts';

/** What an electronic credit note is made of. */
export type CreditNoteSource = {
  readonly creditNote: CreditNote;
  /**
   * What the credit note does not repeat of its invoice: the taxes of allowances and charges, and why they are not charged; the
   * delivery and the references.
   */
  readonly invoice: IssuedCreditNoteRow['invoice'];
};

/** UN/ECE Recommendation 20: one. */
const ONE_UNIT = 'C62';

/** The credit note as it was issued. Everything about its taxes beyond one value added tax on each item is left out. */
export function fromCreditNote({ creditNote, invoice }: CreditNoteSource): ElectronicInvoice {
  const { issueDate, seller = create(PartySchema), customer = create(PartySchema) } = creditNote;
  const currency = getCurrency(creditNote.currencyCode);
  const parts = withLines(
    {
      lines: creditNote.lines.map((line, index) => lineOf(line, `lines[${index}]`, currency)),
      adjustments: adjustmentsOf({ creditNote, invoice }),
    },
    currency,
  );
  const vatBreakdown = vatBreakdownOf(creditNote.taxes.map(bucketOf), parts, invoice.taxes);
  return {
    specification: 'EN16931',
    type: 'CREDIT_NOTE',
    number: creditNote.number,
    issueDate,
    dueDate: '',
    currency,
    note: creditNote.reason,
    buyerReference: invoice.buyerReference,
    period: periodOf(invoice),
    purchaseOrderReference: invoice.purchaseOrderReference,
    preceding: { number: creditNote.invoiceNumber, issueDate: creditNote.invoiceIssueDate },
    seller,
    buyer: customer,
    delivery: deliveryOf(invoice, vatBreakdown, creditNote.invoiceIssueDate, customer),
    payment: undefined, // this money does not go to the account of the seller
    earlyDiscount: undefined,
    adjustments: [
      ...parts.adjustments,
      ...discountsOf(parts, vatBreakdown).map(({ vat, amountMinor }) => ({
        ...discountOf('discount_minor', amountMinor, undefined),
        vat,
      })),
    ],
    totals: {
      linesMinor: sum(parts.lines.map(({ netMinor }) => netMinor)),
      taxMinor: creditNote.taxMinor,
      totalMinor: creditNote.totalMinor,
      prepaidMinor: 0n,
      roundingMinor: creditNote.roundingMinor,
      payableMinor: creditNote.payableMinor,
    },
    vatBreakdown,
    lines: parts.lines,
  };
}

/**
 * A document needs lines (BR-16). A credit note for charges alone, e.g. the freight, has none, so its charges become
 * its lines.
 */
function withLines({ lines, adjustments }: VatParts, currency: Currency): VatParts {
  if (lines.length > 0) return { lines, adjustments };
  const charges = adjustments.filter(({ isCharge }) => isCharge);
  return {
    lines: charges.map(({ field, reason, reasonCode, amountMinor, vat }) => ({
      ...oneOver(amountMinor, currency),
      field,
      name: xmlText(reason) === '' ? `Charge ${reasonCode}` : reason,
      netMinor: amountMinor,
      baseQuantity: '1',
      vat,
      adjustments: [],
    })),
    adjustments: adjustments.filter(({ isCharge }) => !isCharge),
  };
}

/** The problems of taxes of a credit note that an electronic one cannot express. */
export function taxProblemsOfCreditNote({ creditNote, invoice }: CreditNoteSource): Problem[] {
  const ofList = (kind: 'allowances' | 'charges', rule: string) =>
    creditNote[kind].flatMap(({ position }, index) => {
      const item = invoice[kind][position];
      return item === undefined ? [] : taxProblems(item, `${kind}[${index}]`, rule);
    });
  return [
    ...creditNote.lines.flatMap((line, index) => taxProblems(taxedOf(line), `lines[${index}]`, 'BG-30')),
    ...ofList('allowances', 'BR-32'),
    ...ofList('charges', 'BR-37'),
  ];
}

/**
 * A line, at the price that the quantity was taken back at. When an amount was taken back without a quantity, or with
 * one of the other sign, for which no price gives the amount, the line is one unit at the amount.
 */
function lineOf(line: CreditNoteLine, field: string, currency: Currency): Line {
  const { netMinor } = line;
  const counted = parseQuantity(line.quantity === '' ? '0' : line.quantity, 'quantity');
  const isPriced = counted.coefficient !== 0n && counted.coefficient * netMinor >= 0n;
  const count = { quantity: counted, base: ONE };
  const priced = isPriced
    ? { quantity: line.quantity, unitCode: line.unitCode, price: priceFor(netMinor, count, currency) }
    : oneOver(netMinor, currency);
  const vat = vatOf(taxedOf(line));
  return { ...priced, field, name: line.description, netMinor, baseQuantity: '1', vat, adjustments: [] };
}

/** One unit that comes to the amount; a price is never negative (BR-27). */
function oneOver(amountMinor: bigint, currency: Currency): Pick<Line, 'quantity' | 'unitCode' | 'price'> {
  const price = formatAmount(magnitudeOf(amountMinor), currency);
  return { quantity: amountMinor < 0n ? '-1' : '1', unitCode: ONE_UNIT, price };
}

function adjustmentsOf({ creditNote, invoice }: CreditNoteSource): DocumentAdjustment[] {
  return (['allowances', 'charges'] as const).flatMap((kind) =>
    creditNote[kind].map(({ position, reason, reasonCode, netMinor }, index) => ({
      field: `${kind}[${index}]`,
      isCharge: kind === 'charges',
      reason,
      reasonCode,
      amountMinor: netMinor,
      share: undefined,
      vat: vatOf(invoice[kind][position] ?? { taxPercent: '0', taxes: [] }),
    })),
  );
}

function taxedOf({ taxPercent, taxes }: CreditNoteLine): Taxed {
  return resolveTaxes({ taxPercent, taxes: taxes.map(toTaxInput) }, '');
}

function bucketOf({ $typeName: _, category, ...total }: TaxTotal): TaxBucket {
  const name = TAX_CATEGORIES.find((each) => Tax_Category[each] === category);
  return name === undefined ? total : { ...total, category: name };
}
