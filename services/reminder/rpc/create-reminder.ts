import { randomUUIDv7 } from 'node:crypto';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import {
  type CreateReminderRequest,
  CreateReminderResponseSchema,
  type ReminderService,
} from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { DomainError, invalidField } from '../../../runtime/errors.ts';
import { idempotencyValues } from '../../../runtime/idempotency.ts';
import { scheduleColumns, toReminder } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { checkRemindable, type Schedule, scheduleReminder } from '../domain/plan.ts';
import { causedBy, reminderScheduled } from '../events.ts';
import { readOwnInvoice, stateNameOf } from '../own-invoice.ts';
import { applyRules } from '../rule-errors.ts';
import type { ReminderRow } from '../store/schema.ts';

/** Most reminders one invoice can have, of all states. */
export const REMINDERS_PER_INVOICE_MAX = 100;

/** Adds one reminder to an invoice of the caller. */
export const createReminder: Rpc<Deps, typeof ReminderService.method.createReminder> = async (deps, request, call) => {
  const { invoiceId } = request;
  const ownerId = call.user.userId;
  const now = deps.clock.now();
  const schedule = readSchedule(request);
  const [invoice, count] = await Promise.all([
    readOwnInvoice(deps, invoiceId, call),
    deps.store.countReminders(ownerId, invoiceId),
  ]);
  if (count >= REMINDERS_PER_INVOICE_MAX) throw limitReached();
  const due = { dueDate: invoice.dueDate, timeZone: call.user.timeZone };
  const remindTime = applyRules(() => {
    checkRemindable(stateNameOf(invoice));
    return scheduleReminder(schedule, due, now);
  });

  const row: ReminderRow = {
    id: randomUUIDv7(),
    ownerId,
    invoiceId,
    ...scheduleColumns(schedule, invoice.dueDate),
    remindTime,
    state: 'SCHEDULED',
    planned: false,
    cancelReason: null,
    createTime: now,
    sendTime: null,
    cancelTime: null,
    version: 1n,
  };
  const response = { reminder: toReminder(row) };
  const isAdded = await deps.store.addReminder({
    row,
    events: [reminderScheduled(row, causedBy(call, now))],
    idempotency: idempotencyValues(call, CreateReminderResponseSchema, response, now),
  });
  if (!isAdded) throw new DomainError('exists', 'REMINDER_EXISTS', 'The invoice has this reminder already.');
  return response;
};

function readSchedule({ schedule }: CreateReminderRequest): Schedule {
  switch (schedule.case) {
    case 'daysBeforeDue':
      return { kind: 'offset', offsetDays: schedule.value === 0 ? 0 : -schedule.value };
    case 'daysAfterDue':
      return { kind: 'offset', offsetDays: schedule.value };
    case 'remindTime':
      return { kind: 'fixed', time: timestampDate(schedule.value) };
    case undefined:
      // The schema asks for one of them, so this is for the compiler.
      throw invalidField('schedule', 'must be given as days_before_due, days_after_due or remind_time');
  }
}

function limitReached(): DomainError {
  return new DomainError(
    'state',
    'LIMIT_REACHED',
    `An invoice can have ${REMINDERS_PER_INVOICE_MAX} reminders, and this one has them.`,
    { metadata: { limit: String(REMINDERS_PER_INVOICE_MAX) } },
  );
}
