import { randomUUIDv7 } from 'node:crypto';
import type { Invoice } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import { invalidField } from '../../runtime/errors.ts';
import { calculate } from './domain/calculate.ts';
import { checkInvoiceDates } from './domain/dates.ts';
import { applyRules } from './rule-errors.ts';
import type { InvoiceRow, LineRow } from './store/invoice-row.ts';

/** What people write in a draft, with the amounts that come of it. */
export type DraftContent = Pick<
  InvoiceRow,
  | 'customerId'
  | 'currencyCode'
  | 'issueDate'
  | 'dueDate'
  | 'memo'
  | 'discountPercent'
  | 'subtotalMinor'
  | 'discountMinor'
  | 'taxMinor'
  | 'totalMinor'
  | 'taxes'
  | 'lines'
>;

/**
 * The content of a draft as the invoice asks for it, with all amounts calculated. Lines keep their id when it is one of
 * `lineIds`, those the draft has already; all others get a new one.
 * Assumes that the invoice is valid by its schema, and that its customer and currency are the ones to store.
 *
 * @throws DomainError INVALID_ARGUMENT, AMOUNT_TOO_LARGE or NEGATIVE_TOTAL.
 */
export function draftContent(invoice: Invoice, lineIds: ReadonlySet<string>): DraftContent {
  const amounts = applyRules('invoice.', () => {
    checkInvoiceDates(invoice);
    return calculate(invoice);
  });
  const ids = keptIds(invoice, lineIds);
  const { lines: calculated, ...totals } = amounts;
  const lines = calculated.map(
    (line, index): LineRow => ({
      id: ids[index] ?? randomUUIDv7(),
      description: invoice.lines[index]?.description ?? '',
      ...line,
    }),
  );
  return {
    customerId: invoice.customerId,
    currencyCode: invoice.currencyCode,
    issueDate: invoice.issueDate === '' ? null : invoice.issueDate,
    dueDate: invoice.dueDate,
    memo: invoice.memo,
    ...totals,
    lines,
  };
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
