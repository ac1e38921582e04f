import {
  DuplicateInvoiceResponseSchema,
  type InvoiceService,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import type { Deps } from '../deps.ts';
import { getCurrency } from '../domain/currency.ts';
import { shiftDueDate, termOfCopy } from '../domain/dates.ts';
import { calculatePayable } from '../domain/payable.ts';
import { draftFrom, storeDraft } from '../invoices/new-draft.ts';
import { getOwnInvoice, todayOf } from '../invoices/own-invoice.ts';
import { applyRules } from '../rule-errors.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';

/** Dates that belong to one supply and are not copied. */
const NO_SUPPLY = { deliveryDate: null, periodStartDate: null, periodEndDate: null };

/** Creates a draft with the content of an invoice in any state. */
export const duplicateInvoice: Rpc<Deps, typeof InvoiceService.method.duplicateInvoice> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await getOwnInvoice(deps, call, request.invoiceId);
    const copy = draftFrom(row, call, deps.clock.now());
    const term = { issueDate: null, dueDate: shiftDueDate(row, todayOf(deps, call)), dueDays: termOfCopy(row) };
    const draft = { ...copy, ...NO_SUPPLY, ...term, ...payableAnew(row) };
    return storeDraft(deps, call, draft, DuplicateInvoiceResponseSchema);
  });

/** What is to be paid of a copy: what was prepaid was paid for the invoice itself. */
function payableAnew(invoice: InvoiceRow) {
  const { currencyCode, totalMinor, retainedMinor } = invoice;
  return applyRules('', () =>
    calculatePayable({ ...invoice, prepaidMinor: 0n }, totalMinor - retainedMinor, getCurrency(currencyCode), false),
  );
}
