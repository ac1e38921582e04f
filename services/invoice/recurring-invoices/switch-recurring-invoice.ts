import type {
  RecurringInvoicePausedSchema,
  RecurringInvoiceResumedSchema,
} from '../../../gen/numer/invoice/v1/recurring_invoice_events_pb.ts';
import type { RecurringInvoice } from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import type {
  PauseRecurringInvoiceResponseSchema,
  ResumeRecurringInvoiceResponseSchema,
} from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { type Call, requireVersion } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import type { Progress } from '../domain/recurrence.ts';
import type { RecurringRow } from '../store/recurring-schema.ts';
import { getOwnRecurringInvoice } from './own-recurring-invoice.ts';
import { startOfNextDate } from './recurring-content.ts';
import { changesOfRecurring, recurringEvent } from './recurring-events.ts';
import { toRecurringInvoice } from './recurring-message.ts';

/** The beginning or the end of a pause. */
export interface RecurringSwitch {
  readonly action: 'PAUSE' | 'RESUME';
  /** The state that it leads to. */
  readonly state: 'PAUSED' | 'ACTIVE';
  readonly eventSchema: typeof RecurringInvoicePausedSchema | typeof RecurringInvoiceResumedSchema;
  readonly responseSchema: typeof PauseRecurringInvoiceResponseSchema | typeof ResumeRecurringInvoiceResponseSchema;
  /** The progress with which it goes on. */
  progressAt(row: RecurringRow, now: Date): Progress;
}

/**
 * Begins or ends the pause of a recurring invoice; repeating it changes nothing and publishes nothing. The answer to a
 * repetition is also kept under its idempotency key, so that a late retry does not undo what was changed since.
 *
 * @throws DomainError RECURRING_INVOICE_NOT_FOUND, RECURRING_INVOICE_STATE, ETAG_MISMATCH or CONFLICT.
 */
export function switchRecurringInvoice(
  deps: Deps,
  call: Call,
  id: string,
  { action, state, eventSchema, responseSchema, progressAt }: RecurringSwitch,
): Promise<{ readonly recurringInvoice: RecurringInvoice }> {
  return compareAndSet(async () => {
    const row = await getOwnRecurringInvoice(deps, call, id);
    requireVersion(call, row.version);
    if (row.state === 'ENDED') {
      throw new DomainError(
        'state',
        'RECURRING_INVOICE_STATE',
        'The recurring invoice has no dates left; change its schedule first.',
        {
          metadata: { state: row.state, action },
        },
      );
    }
    const now = deps.clock.now();
    if (row.state === state) {
      const answer = { recurringInvoice: toRecurringInvoice(row) };
      await keepAnswer(deps.idempotency, call, { schema: responseSchema, answer, now });
      return answer;
    }
    const progress = progressAt(row, now);
    const switched: RecurringRow = {
      ...row,
      ...progress,
      nextTime: startOfNextDate(progress.nextDate, row.timeZone),
      version: row.version + 1n,
      updateTime: now,
    };
    const response = { recurringInvoice: toRecurringInvoice(switched) };
    const changes = changesOfRecurring(row, switched);
    const isSwitched = await deps.store.moveRecurringInvoice(switched, {
      events: [recurringEvent(eventSchema, call, { recurring: switched, changes, time: now })],
      idempotency: idempotencyValues(call, responseSchema, response, now),
    });
    return isSwitched ? response : undefined;
  });
}
