import type { Invoice } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { invalidField } from '../../../runtime/call/errors.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import { type CalculationOptions, calculate, type InvoiceAmounts } from '../domain/calculate.ts';
import { checkInvoiceDates } from '../domain/dates.ts';
import { checkEarlyDiscount } from '../domain/early-payment-discount.ts';
import { applyRules } from '../rule-errors.ts';
import type { InvoiceRow, LineRow } from '../store/invoice-row.ts';
import { withReasons } from './adjustment.ts';
import { requireContentSize } from './content-size.ts';
import { earlyDiscountOf, toInvoiceInput } from './convert-amounts.ts';

/** What people write in a draft, with the amounts calculated from it. */
export type DraftContent = Pick<
  InvoiceRow,
  | 'customerId'
  | 'currencyCode'
  | 'issueDate'
  | 'dueDate'
  | 'dueDays'
  | 'earlyDiscountPercent'
  | 'earlyDiscountDays'
  | 'deliveryDate'
  | 'periodStartDate'
  | 'periodEndDate'
  | 'buyerReference'
  | 'purchaseOrderReference'
  | 'memo'
  | 'numberSeries'
  | 'metadata'
  | 'tags'
  | keyof InvoiceAmounts
> &
  Partial<Pick<InvoiceRow, 'customerName'>>;

/** The series that invoices are numbered in unless they name another. */
export const INVOICE_SERIES_DEFAULT = 'invoice';

/** The unit of counted items, "one", in UN/ECE Recommendation 20. */
export const UNIT_CODE_DEFAULT = 'C62';

/**
 * The content of a draft as the invoice asks for it, with all amounts calculated. Lines keep their id when it is one of
 * `lineIds`, the ids that the draft has already; all others get a new one. Assumes that the invoice is valid by its
 * schema, and that its customer, currency, due date and early-payment discount are the ones to store.
 *
 * @throws DomainError INVALID_ARGUMENT, AMOUNT_TOO_LARGE or NEGATIVE_TOTAL.
 */
export function draftContent(
  invoice: Invoice,
  lineIds: ReadonlySet<string>,
  options: CalculationOptions = {},
): DraftContent {
  const amounts = applyRules('invoice.', () => {
    checkInvoiceDates(invoice);
    if (invoice.earlyPaymentDiscount) checkEarlyDiscount(invoice.earlyPaymentDiscount);
    return calculate(toInvoiceInput(invoice), options);
  });
  const ids = keptIds(invoice, lineIds);
  const lines = amounts.lines.map((line, index): LineRow => {
    const given = invoice.lines[index];
    return {
      ...line,
      id: ids[index] ?? increasingUuid(),
      description: given?.description ?? '',
      unitCode: given === undefined || given.unitCode === '' ? UNIT_CODE_DEFAULT : given.unitCode,
      allowances: withReasons(given?.allowances ?? [], line.allowances),
      charges: withReasons(given?.charges ?? [], line.charges),
    };
  });
  const content = {
    ...amounts,
    allowances: withReasons(invoice.allowances, amounts.allowances),
    charges: withReasons(invoice.charges, amounts.charges),
    lines,
  };
  requireContentSize(content);
  return {
    ...content,
    customerId: invoice.customerId,
    currencyCode: invoice.currencyCode,
    issueDate: dateOrNull(invoice.issueDate),
    dueDate: invoice.dueDate,
    dueDays: invoice.dueDays ?? null,
    ...earlyDiscountOf(invoice.earlyPaymentDiscount),
    deliveryDate: dateOrNull(invoice.deliveryDate),
    periodStartDate: dateOrNull(invoice.periodStartDate),
    periodEndDate: dateOrNull(invoice.periodEndDate),
    buyerReference: invoice.buyerReference,
    purchaseOrderReference: invoice.purchaseOrderReference,
    memo: invoice.memo,
    numberSeries: invoice.numberSeries === '' ? INVOICE_SERIES_DEFAULT : invoice.numberSeries,
    metadata: invoice.metadata,
    tags: invoice.tags,
  };
}

function dateOrNull(date: string): string | null {
  return date === '' ? null : date;
}

/** The ids of those lines that keep theirs, by index. */
function keptIds(invoice: Invoice, lineIds: ReadonlySet<string>): (string | undefined)[] {
  const seen = new Set<string>();
  return invoice.lines.map(({ id: text }, index) => {
    const id = text.toLowerCase();
    if (!lineIds.has(id)) return undefined;
    if (seen.has(id)) throw invalidField(`invoice.lines[${index}].id`, 'must not be the id of two lines');
    seen.add(id);
    return id;
  });
}
