import type { Call } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { applyCreditNote, type CreditNoteOutcome } from '../domain/balance.ts';
import { type Credited, NOTHING_CREDITED } from '../domain/credit-note-credited.ts';
import { type CreditDecision, type CreditRequest, decideCredit } from '../domain/credit-note-request.ts';
import { creditTotals } from '../domain/credit-note-totals.ts';
import { transition } from '../domain/lifecycle.ts';
import { payableOf, situationOf } from '../invoices/convert.ts';
import { requireSeries } from '../number-series/own-series.ts';
import { applyRules } from '../rule-errors.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';

/** What a credit note takes back, and its effect on the invoice. */
export interface DecidedCreditNote {
  /** What was taken back before. */
  readonly credited: Credited;
  readonly decision: CreditDecision;
  readonly totals: ReturnType<typeof creditTotals>;
  readonly outcome: CreditNoteOutcome;
}

/**
 * Decides about the credit note that is requested.
 *
 * @throws DomainError INVOICE_STATE, INVOICE_HAS_WRITE_OFFS, CREDIT_EXCEEDS_REMAINING, or INVALID_ARGUMENT.
 */
export async function decideCreditNote(
  deps: Deps,
  invoice: InvoiceRow,
  request: CreditRequest,
): Promise<DecidedCreditNote> {
  applyRules('', () => transition('ISSUE_CREDIT_NOTE', situationOf(invoice)));
  const credited = await creditedBefore(deps, invoice);
  const decision = applyRules('', () => decideCredit(invoice, credited, request));
  const totals = creditTotals(decision.credit, invoice.taxes);
  return { credited, decision, totals, outcome: applyCreditNote(payableOf(invoice), totals.payableMinor) };
}

/**
 * The series that a credit note gets its number from.
 *
 * @throws DomainError NUMBER_SERIES_NOT_FOUND
 */
export async function creditNoteSeries(deps: Deps, call: Call, asked: string): Promise<string> {
  await requireSeries(deps, call, asked, 'credit-note', 'number_series');
  return asked || 'credit-note';
}

async function creditedBefore(deps: Deps, { id, ownerId, creditNoteCount }: InvoiceRow): Promise<Credited> {
  if (creditNoteCount === 0) return NOTHING_CREDITED;
  const credited = await deps.store.getCredited(ownerId, id, creditNoteCount);
  if (credited === undefined) throw new Error(`invoice ${id} lacks its credit note ${creditNoteCount}`);
  return credited;
}
