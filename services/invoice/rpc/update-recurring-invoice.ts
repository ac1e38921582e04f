import { RecurringInvoiceUpdatedSchema } from '../../../gen/numer/invoice/v1/recurring_invoice_events_pb.ts';
import { type RecurringInvoice, RecurringInvoiceSchema } from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import {
  type RecurringInvoiceService,
  UpdateRecurringInvoiceResponseSchema,
} from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import { type Call, type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { applyUpdateMask } from '../../../runtime/call/update-mask.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import { requireUuid } from '../../../runtime/uuid.ts';
import type { Deps } from '../deps.ts';
import { changeProgress } from '../domain/recurrence.ts';
import { checkStart } from '../domain/schedule.ts';
import { getOwnRecurringInvoice } from '../recurring-invoices/own-recurring-invoice.ts';
import {
  RECURRING_PREFIX,
  type RecurringContent,
  recurringContent,
  startOfNextDate,
} from '../recurring-invoices/recurring-content.ts';
import { changesOfRecurring, recurringEvent } from '../recurring-invoices/recurring-events.ts';
import { toRecurringInvoice } from '../recurring-invoices/recurring-message.ts';
import { applyRules } from '../rule-errors.ts';
import type { RecurringRow } from '../store/recurring-schema.ts';

/** Changes the given fields of a recurring invoice, for invoices that are yet to be made. */
export const updateRecurringInvoice: Rpc<Deps, typeof RecurringInvoiceService.method.updateRecurringInvoice> = async (
  deps,
  request,
  call,
) => {
  const id = requireUuid(request.recurringInvoice?.id ?? '', `${RECURRING_PREFIX}id`);
  return compareAndSet(async () => {
    const row = await getOwnRecurringInvoice(deps, call, id);
    requireVersion(call, row.version);
    const present = toRecurringInvoice(row);
    const wanted = applyUpdateMask(RecurringInvoiceSchema, present, request.recurringInvoice, request.updateMask);
    requireValid(RecurringInvoiceSchema, wanted, RECURRING_PREFIX);
    const content = await recurringContent(deps, call, wanted, row);
    const today = localDate(deps.clock.now(), row.timeZone);
    if (content.startDate !== row.startDate) applyRules(RECURRING_PREFIX, () => checkStart(content, today));
    const recurringInvoice = await save(deps, call, row, changed(row, content, today));
    return recurringInvoice === undefined ? undefined : { recurringInvoice };
  });
};

/**
 * The recurring invoice with this content. The job looks at it again soon, since the change may have removed the cause
 * of a failure.
 */
function changed(row: RecurringRow, content: RecurringContent, today: string): RecurringRow {
  const progress = changeProgress(row, content, row, today);
  return {
    ...row,
    ...content,
    ...progress,
    nextTime: startOfNextDate(progress.nextDate, row.timeZone),
    attempts: progress.nextDate === row.nextDate ? row.attempts : 0,
  };
}

/** Writes it, unless nothing changed. Gives it, or undefined when the row was changed meanwhile. */
async function save(
  deps: Deps,
  call: Call,
  before: RecurringRow,
  after: RecurringRow,
): Promise<RecurringInvoice | undefined> {
  const changes = changesOfRecurring(before, after);
  const now = deps.clock.now();
  if (changes.length === 0) {
    const recurringInvoice = toRecurringInvoice(before);
    await keepAnswer(deps.idempotency, call, {
      schema: UpdateRecurringInvoiceResponseSchema,
      answer: { recurringInvoice },
      now,
    });
    return recurringInvoice;
  }
  const row = { ...after, version: before.version + 1n, updateTime: now };
  const recurringInvoice = toRecurringInvoice(row);
  const isSaved = await deps.store.saveRecurringInvoice(row, {
    events: [recurringEvent(RecurringInvoiceUpdatedSchema, call, { recurring: row, changes, time: now })],
    idempotency: idempotencyValues(call, UpdateRecurringInvoiceResponseSchema, { recurringInvoice }, now),
  });
  return isSaved ? recurringInvoice : undefined;
}
