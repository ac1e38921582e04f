import { randomUUIDv7 } from 'node:crypto';
import { CreditNoteIssuedSchema } from '../../../gen/numer/invoice/v1/credit_note_events_pb.ts';
import type { CreditNote } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import {
  type CreditNoteService,
  type IssueCreditNoteRequest,
  IssueCreditNoteResponseSchema,
} from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { type Call, type Rpc, requireVersion } from '../../../runtime/call.ts';
import { idempotencyValues } from '../../../runtime/idempotency.ts';
import { payableOf, situationOf, toInvoice } from '../convert.ts';
import { newCreditNote } from '../credit-note-message.ts';
import { whileCreditLasts } from '../customer-credit.ts';
import type { Deps } from '../deps.ts';
import { applyCreditNote } from '../domain/balance.ts';
import { type CreditDecision, decideCredit } from '../domain/credit-request.ts';
import { creditTotals } from '../domain/credit-totals.ts';
import { addCredit, type Credited, NOTHING_CREDITED } from '../domain/credited.ts';
import { transition } from '../domain/lifecycle.ts';
import { DEFAULT_SERIES } from '../domain/number-series.ts';
import { changesBetween, invoiceEvent } from '../events.ts';
import { getOwnInvoice, todayOf } from '../own-invoice.ts';
import { requireSeries } from '../own-series.ts';
import { refuseTaken } from '../refuse-taken.ts';
import { applyRules } from '../rule-errors.ts';
import { settledInvoice, whileContended } from '../settle-invoice.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';
import { CREDIT_NOTE_NUMBER_CONSTRAINT } from '../store/issue-credit-note.ts';

/** Takes back a part of an invoice, or all that remains of it. */
export const issueCreditNote: Rpc<Deps, typeof CreditNoteService.method.issueCreditNote> = async (
  deps,
  request,
  call,
) => {
  await requireSeries(deps, call, request.numberSeries, 'credit-note', 'number_series');
  return whileContended(async () => {
    const invoice = await getOwnInvoice(deps, call, request.invoiceId);
    requireVersion(call, invoice.version);
    applyRules('', () => transition('ISSUE_CREDIT_NOTE', situationOf(invoice)));
    const credited = await creditedBefore(deps, invoice);
    const decision = applyRules('', () => decideCredit(invoice, credited, request));
    const creditNote = await issue(deps, call, invoice, { request, credited, decision });
    return creditNote === undefined ? undefined : { creditNote };
  });
};

async function creditedBefore(deps: Deps, { id, ownerId, creditNoteCount }: InvoiceRow): Promise<Credited> {
  if (creditNoteCount === 0) return NOTHING_CREDITED;
  const credited = await deps.store.getCredited(ownerId, id, creditNoteCount);
  if (credited === undefined) throw new Error(`invoice ${id} lacks its credit note ${creditNoteCount}`);
  return credited;
}

/** Gives the credit note with its number, or undefined when the invoice had moved. */
async function issue(
  deps: Deps,
  call: Call,
  before: InvoiceRow,
  given: { readonly request: IssueCreditNoteRequest; readonly credited: Credited; readonly decision: CreditDecision },
): Promise<CreditNote | undefined> {
  const { request, credited, decision } = given;
  const totals = creditTotals(decision.credit, before.taxes);
  const outcome = applyCreditNote(payableOf(before), totals.payableMinor);
  const [now, today] = [deps.clock.now(), todayOf(deps, call)];
  const after: InvoiceRow = {
    ...settledInvoice(before, outcome, call, now),
    creditNoteMinor: before.creditNoteMinor + totals.payableMinor,
    creditNoteCount: before.creditNoteCount + 1,
  };
  const id = randomUUIDv7();
  const numberSeries = request.numberSeries || 'credit-note';
  const facts = { id, decision, totals, outcome, numberSeries, reason: request.reason, issueDate: today };
  // The statement fills in the number: in the event, and in the kept answer.
  const creditNote = newCreditNote({ ...facts, invoice: before, createTime: now });
  const event = invoiceEvent(CreditNoteIssuedSchema, call, {
    invoice: toInvoice(after, today),
    changes: changesBetween(before, after),
    version: after.version,
    time: now,
    creditNote,
  });
  const row = {
    id,
    ownerId: before.ownerId,
    invoiceId: before.id,
    ordinal: after.creditNoteCount,
    customerId: before.customerId,
    currencyCode: before.currencyCode,
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
      deps.store.issueCreditNote(row, after, {
        defaultPattern: DEFAULT_SERIES['credit-note'].pattern,
        events: [event],
        idempotency: idempotencyValues(call, IssueCreditNoteResponseSchema, { creditNote }, now),
      }),
    ),
  );
  return number === undefined ? undefined : { ...creditNote, number };
}
