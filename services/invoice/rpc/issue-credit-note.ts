import { CreditNoteIssuedSchema } from '../../../gen/numer/invoice/v1/credit_note_events_pb.ts';
import type { CreditNote } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import {
  type CreditNoteService,
  IssueCreditNoteResponseSchema,
} from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { type Call, type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import { whileCreditLasts } from '../credit/customer-credit.ts';
import { creditNoteSeries, type DecidedCreditNote, decideCreditNote } from '../credit-notes/credit-note-decision.ts';
import { newCreditNote } from '../credit-notes/credit-note-message.ts';
import type { Deps } from '../deps.ts';
import { addCredit } from '../domain/credit-note-credited.ts';
import { toInvoice, toPayment } from '../invoices/convert.ts';
import { discountWith, grantForCreditNote } from '../invoices/early-discount.ts';
import { changesBetween, invoiceEvent } from '../invoices/events.ts';
import { getOwnInvoice, todayOf } from '../invoices/own-invoice.ts';
import { settledInvoice, whileContended } from '../invoices/settle-invoice.ts';
import { refuseTaken } from '../refuse-taken.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';
import { CREDIT_NOTE_NUMBER_CONSTRAINT } from '../store/issue-credit-note.ts';

/** Takes back a part of an invoice, or all that remains of it. */
export const issueCreditNote: Rpc<Deps, typeof CreditNoteService.method.issueCreditNote> = async (
  deps,
  request,
  call,
) => {
  const numberSeries = await creditNoteSeries(deps, call, request.numberSeries);
  return whileContended(async () => {
    const invoice = await getOwnInvoice(deps, call, request.invoiceId);
    requireVersion(call, invoice.version);
    const decided = await decideCreditNote(deps, invoice, request);
    const { reason, message } = request;
    const creditNote = await issue(deps, call, { invoice, decided, numberSeries, reason, message });
    return creditNote === undefined ? undefined : { creditNote };
  });
};

/** A credit note that was decided and is to be stored. */
interface Issue {
  /** The invoice before it. */
  readonly invoice: InvoiceRow;
  readonly decided: DecidedCreditNote;
  readonly numberSeries: string;
  readonly reason: string;
  /** The seller's own text in the mail. */
  readonly message: string;
}

/** Gives the credit note with its number, or undefined when the invoice was changed meanwhile. */
async function issue(
  deps: Deps,
  call: Call,
  { invoice: before, decided, numberSeries, reason, message }: Issue,
): Promise<CreditNote | undefined> {
  const { credited, decision, totals, outcome } = decided;
  const granted = await grantForCreditNote(deps, before, outcome);
  const [now, today] = [deps.clock.now(), todayOf(deps, call)];
  const after: InvoiceRow = {
    ...settledInvoice(before, granted ?? outcome, call, now),
    creditNoteMinor: before.creditNoteMinor + totals.payableMinor,
    creditNoteCount: before.creditNoteCount + 1,
  };
  const id = increasingUuid();
  const { id: invoiceId, ownerId, currencyCode } = before;
  const cause = { invoiceId, ownerId, paymentDate: today, createTime: now };
  const discount = granted && discountWith(cause, outcome.dueMinor);
  const facts = { id, decision, totals, outcome, numberSeries, reason, issueDate: today };
  // The statement fills in the number: in the event, and in the kept answer.
  const creditNote = newCreditNote({ ...facts, invoice: before, createTime: now });
  const event = invoiceEvent(CreditNoteIssuedSchema, call, {
    invoice: toInvoice(after, today),
    changes: changesBetween(before, after),
    version: after.version,
    time: now,
    creditNote,
    discount: discount && toPayment(discount, currencyCode),
    message,
  });
  const row = {
    id,
    ownerId,
    invoiceId,
    ordinal: after.creditNoteCount,
    customerId: before.customerId,
    currencyCode,
    numberSeries,
    issueDate: today,
    payableMinor: totals.payableMinor,
    appliedMinor: outcome.appliedMinor,
    creditMinor: outcome.creditMinor,
    document: creditNote,
    credited: addCredit(credited, decision.credit, decision.quantities),
    createTime: now,
  };
  const number = await whileCreditLasts(
    refuseTaken(
      CREDIT_NOTE_NUMBER_CONSTRAINT,
      deps.store.issueCreditNote(row, discount, after, {
        events: [event],
        idempotency: idempotencyValues(call, IssueCreditNoteResponseSchema, { creditNote }, now),
      }),
    ),
  );
  return number === undefined ? undefined : { ...creditNote, number };
}
