import type { Party } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Currency } from '../../../runtime/currency.ts';
import { getCurrency } from '../domain/currency.ts';
import { discounted, lastDiscountDate } from '../domain/early-payment-discount.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';
import { discountOf, shareOf } from './adjustments.ts';
import { deliveryOf, periodOf, type Supply } from './delivery.ts';
import type { DocumentAdjustment, ElectronicInvoice, VatTotal } from './electronic-invoice.ts';
import { lineOf } from './invoice-line.ts';
import { paymentOf } from './payment.ts';
import type { Problem } from './problem.ts';
import { discountsOf, taxProblems, type VatParts, vatBreakdownOf, vatOf } from './vat.ts';

/** What an electronic invoice is made of. */
export type InvoiceSource = {
  readonly invoice: Pick<
    InvoiceRow,
    | 'number'
    | 'currencyCode'
    | 'dueDate'
    | 'lines'
    | 'allowances'
    | 'charges'
    | 'discountPercent'
    | 'pricesIncludeTax'
    | 'taxes'
    | 'subtotalMinor'
    | 'taxMinor'
    | 'totalMinor'
    | 'prepaidMinor'
    | 'roundingMinor'
    | 'payableMinor'
    | 'buyerReference'
    | 'purchaseOrderReference'
    | 'earlyDiscountPercent'
    | 'earlyDiscountDays'
  > &
    Supply;
  readonly issueDate: string;
  /** As of opening. */
  readonly memo: string;
  readonly seller: Party;
  readonly customer: Party;
  /** The invoice that this one replaces; undefined when it is no revision. */
  readonly original: ElectronicInvoice['preceding'];
};

/** The invoice as it was opened. Everything about its taxes beyond one value added tax on each item is left out. */
export function fromInvoice({
  invoice,
  issueDate,
  memo,
  seller,
  customer,
  original,
}: InvoiceSource): ElectronicInvoice {
  const currency = getCurrency(invoice.currencyCode);
  const lines = invoice.lines.map((row, index) => lineOf(row, `lines[${index}]`, currency, invoice.pricesIncludeTax));
  const parts = { lines, adjustments: adjustmentsOf(invoice, currency) };
  const vatBreakdown = vatBreakdownOf(invoice.taxes, parts);
  return {
    specification: 'EN16931',
    type: 'INVOICE',
    number: invoice.number ?? '',
    issueDate,
    dueDate: invoice.dueDate,
    currency,
    note: memo,
    buyerReference: invoice.buyerReference,
    period: periodOf(invoice),
    purchaseOrderReference: invoice.purchaseOrderReference,
    preceding: original,
    seller,
    buyer: customer,
    delivery: deliveryOf(invoice, vatBreakdown, issueDate, customer),
    payment: paymentOf(seller, invoice),
    earlyDiscount: earlyDiscountOf(invoice, issueDate),
    adjustments: [...parts.adjustments, ...discounts(invoice, parts, vatBreakdown, currency)],
    totals: {
      linesMinor: invoice.subtotalMinor,
      taxMinor: invoice.taxMinor,
      totalMinor: invoice.totalMinor,
      prepaidMinor: invoice.prepaidMinor,
      roundingMinor: invoice.roundingMinor,
      payableMinor: invoice.payableMinor,
    },
    vatBreakdown,
    lines,
  };
}

function earlyDiscountOf(
  { earlyDiscountPercent: percent, earlyDiscountDays: days, payableMinor }: InvoiceSource['invoice'],
  issueDate: string,
): ElectronicInvoice['earlyDiscount'] {
  if (percent === null || days === null) return undefined;
  const lastDate = lastDiscountDate(issueDate, days) ?? '';
  return { percent, days, lastDate, payableMinor: discounted(payableMinor, percent) };
}

/** The problems of taxes of an invoice that an electronic one cannot express. */
export function taxProblemsOfInvoice(invoice: Pick<InvoiceRow, 'lines' | 'allowances' | 'charges'>): Problem[] {
  return [
    ...invoice.lines.flatMap((row, index) => taxProblems(row, `lines[${index}]`, 'BG-30')),
    ...invoice.allowances.flatMap((item, index) => taxProblems(item, `allowances[${index}]`, 'BR-32')),
    ...invoice.charges.flatMap((item, index) => taxProblems(item, `charges[${index}]`, 'BR-37')),
  ];
}

function adjustmentsOf(invoice: InvoiceSource['invoice'], currency: Currency): DocumentAdjustment[] {
  const listOf = (kind: 'allowances' | 'charges') =>
    invoice[kind].map((item, index): DocumentAdjustment => {
      const baseMinor = item.baseMinor === 0n ? invoice.subtotalMinor : item.baseMinor;
      const share = invoice.pricesIncludeTax ? undefined : shareOf(item.percent, baseMinor, item.netMinor, currency);
      return {
        field: `${kind}[${index}]`,
        isCharge: kind === 'charges',
        reason: item.reason,
        reasonCode: item.reasonCode,
        amountMinor: item.netMinor,
        share,
        vat: vatOf(item),
      };
    });
  return [...listOf('allowances'), ...listOf('charges')];
}

/** The discount of the document as an allowance for each tax that got a part of it. */
function discounts(
  { discountPercent, pricesIncludeTax }: InvoiceSource['invoice'],
  parts: VatParts,
  taxes: readonly VatTotal[],
  currency: Currency,
): DocumentAdjustment[] {
  return discountsOf(parts, taxes).map(({ vat, amountMinor, linesMinor }) => {
    const share = pricesIncludeTax ? undefined : shareOf(discountPercent, linesMinor, amountMinor, currency);
    return { ...discountOf('discount_minor', amountMinor, share), vat };
  });
}
