import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import {
  type CreateReminderRequest,
  CreateReminderResponseSchema,
  type ReminderService,
} from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { DomainError, invalidField } from '../../../runtime/call/errors.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import { scheduleColumns, toReminder } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { isRemindable, type Schedule, scheduleReminder } from '../domain/plan.ts';
import { causedBy, reminderScheduled } from '../events.ts';
import { type OwnInvoice, readOwnInvoice } from '../own-invoice.ts';
import type { ReminderRow } from '../store/schema.ts';

/** Most reminders, in any state, that a user can add to one invoice. Concurrent calls may add a few more. */
export const REMINDERS_PER_INVOICE_MAX = 100;

/** Adds one reminder to an invoice of the caller. */
export const createReminder: Rpc<Deps, typeof ReminderService.method.createReminder> = (deps, request, call) => {
  const { schedule, field } = readSchedule(request);
  return compareAndSet(async () => {
    const now = deps.clock.now();
    const [invoice, count] = await Promise.all([
      readOwnInvoice(deps, request.invoiceId, call),
      deps.store.countReminders(call.user.userId, request.invoiceId),
    ]);
    const row = newReminder(schedule, field, invoice, now);
    if (count >= REMINDERS_PER_INVOICE_MAX) throw limitReached();
    const response = { reminder: toReminder(row) };
    const outcome = await deps.store.addReminder({
      row,
      invoice,
      events: [reminderScheduled(row, causedBy(call, now))],
      idempotency: idempotencyValues(call, CreateReminderResponseSchema, response, now),
    });
    if (outcome === 'EXISTS') {
      throw new DomainError('exists', 'REMINDER_EXISTS', 'The invoice already has this reminder.');
    }
    return outcome === 'ADDED' ? response : undefined;
  });
};

/** Throws INVOICE_STATE and REMINDER_IN_PAST. */
function newReminder(schedule: Schedule, field: string, invoice: OwnInvoice, now: Date): ReminderRow {
  const { invoiceId, ownerId, state } = invoice;
  if (!isRemindable(state)) {
    throw new DomainError('state', 'INVOICE_STATE', 'Reminders can be added only to drafts and open invoices.', {
      metadata: { state, action: 'CREATE_REMINDER', cause: state === 'VOID' ? 'VOIDED' : state },
    });
  }
  const scheduled = scheduleReminder(schedule, invoice, now);
  if (scheduled === undefined) {
    throw new DomainError('invalid', 'REMINDER_IN_PAST', 'The time of the reminder has passed.', {
      violations: [{ field, description: 'must not give a time in the past' }],
    });
  }
  const { dueDate, remindTime } = scheduled;
  return {
    id: increasingUuid(),
    ownerId,
    invoiceId,
    ...scheduleColumns(schedule, dueDate),
    remindTime,
    retryTime: null,
    state: 'SCHEDULED',
    planned: false,
    cancelReason: null,
    createTime: now,
    sendTime: null,
    cancelTime: null,
    version: 1n,
  };
}

/** The requested schedule, and the field that contains it. */
function readSchedule({ schedule }: CreateReminderRequest): { schedule: Schedule; field: string } {
  switch (schedule.case) {
    case 'daysBeforeDue':
      return {
        schedule: { kind: 'offset', offsetDays: schedule.value === 0 ? 0 : -schedule.value },
        field: 'days_before_due',
      };
    case 'daysAfterDue':
      return { schedule: { kind: 'offset', offsetDays: schedule.value }, field: 'days_after_due' };
    case 'remindTime':
      return { schedule: { kind: 'fixed', time: readTime(schedule.value) }, field: 'remind_time' };
    case undefined:
      // The schema requires one of them, so this is for the compiler.
      throw invalidField('schedule', 'must be given: the days before or after the due date, or a date and time');
  }
}

const NANOS_MAX = 999_999_999;
const TIME_MIN_MS = Date.parse('0001-01-01T00:00:00Z');
/** The last millisecond in the range of a Timestamp. */
const TIME_MAX_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * The time in whole milliseconds. Checks the range of a Timestamp, which only JSON enforces. Throws INVALID_ARGUMENT.
 */
function readTime(value: Timestamp): Date {
  const time = timestampDate(value);
  const isTimestamp = value.nanos >= 0 && value.nanos <= NANOS_MAX;
  if (isTimestamp && time.getTime() >= TIME_MIN_MS && time.getTime() <= TIME_MAX_MS) return time;
  throw invalidField('remind_time', 'must be a time within the years 1 to 9999');
}

function limitReached(): DomainError {
  return new DomainError(
    'state',
    'LIMIT_REACHED',
    `You can add at most ${REMINDERS_PER_INVOICE_MAX} reminders to an invoice, and this one has that many.`,
    { metadata: { limit: String(REMINDERS_PER_INVOICE_MAX) } },
  );
}
