import type {
  PauseRemindersResponseSchema,
  ResumeRemindersResponseSchema,
} from '../../gen/numer/reminder/v1/reminder_service_pb.ts';
import type { Call } from '../../runtime/call/call.ts';
import { keepAnswer } from '../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../runtime/call/idempotency.ts';
import type { Deps } from './deps.ts';
import { causedBy, pauseChanged } from './events.ts';
import { readOwnInvoice } from './own-invoice.ts';
import type { InvoiceRow } from './store/schema.ts';

/** Which pause to begin or end. */
export interface PauseChange {
  readonly invoiceId: string;
  readonly paused: boolean;
  /** Schema of the RPC's response. */
  readonly schema: typeof PauseRemindersResponseSchema | typeof ResumeRemindersResponseSchema;
}

/**
 * Begins or ends the pause of an invoice's reminders. Repeating it changes nothing and publishes nothing. With an
 * idempotency key, the answer of a repetition is stored as well, so that a late retry does not undo a change made
 * since.
 *
 * @throws DomainError INVOICE_NOT_FOUND
 */
export function setPaused(deps: Deps, { invoiceId, paused, schema }: PauseChange, call: Call) {
  return compareAndSet(async () => {
    const invoice = await readOwnInvoice(deps, invoiceId, call);
    const [found] = await deps.store.findInvoices([invoice.invoiceId]);
    const { paused: wasPaused = false, planVersion = 0n } = found?.invoice ?? {};
    const response = { plan: { invoiceId: invoice.invoiceId, paused } };
    const now = deps.clock.now();
    if (wasPaused === paused) {
      await keepAnswer(deps.idempotency, call, { schema, answer: response, now });
      return response;
    }
    const row: InvoiceRow = { ...invoice, paused, planVersion: planVersion + 1n };
    const isSaved = await deps.store.pauseReminders({
      invoice: row,
      events: [pauseChanged(row, causedBy(call, now))],
      idempotency: idempotencyValues(call, schema, response, now),
    });
    return isSaved ? response : undefined;
  });
}
