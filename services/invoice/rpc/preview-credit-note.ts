import type { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { creditNoteSeries, decideCreditNote } from '../credit-notes/credit-note-decision.ts';
import { newCreditNote } from '../credit-notes/credit-note-message.ts';
import type { Deps } from '../deps.ts';
import { getOwnInvoice, todayOf } from '../invoices/own-invoice.ts';

/** Calculates a credit note without storing it. */
export const previewCreditNote: Rpc<Deps, typeof CreditNoteService.method.previewCreditNote> = async (
  deps,
  request,
  call,
) => {
  const numberSeries = await creditNoteSeries(deps, call, request.numberSeries);
  const invoice = await getOwnInvoice(deps, call, request.invoiceId);
  const { decision, totals, outcome } = await decideCreditNote(deps, invoice, request);
  const facts = { decision, totals, outcome, numberSeries, reason: request.reason, issueDate: todayOf(deps, call) };
  // Only a stored credit note has an id and a time.
  const { createTime: _, ...creditNote } = newCreditNote({ id: '', invoice, ...facts, createTime: deps.clock.now() });
  return { creditNote };
};
