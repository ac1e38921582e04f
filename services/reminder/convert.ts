import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Reminder_CancelReason, Reminder_State, type ReminderSchema } from '../../gen/numer/reminder/v1/reminder_pb.ts';
import type { Schedule } from './domain/plan.ts';
import type { KnownReminder } from './domain/revise.ts';
import type { ReminderRow } from './store/schema.ts';

/** The message of a reminder. */
export function toReminder(row: ReminderRow): MessageInitShape<typeof ReminderSchema> {
  return {
    id: row.id,
    invoiceId: row.invoiceId,
    state: Reminder_State[row.state],
    remindTime: timestampFromDate(row.remindTime),
    schedule: toSchedule(row),
    planned: row.planned,
    dueDate: row.dueDate ?? '',
    cancelReason: Reminder_CancelReason[row.cancelReason ?? 'CANCEL_REASON_UNSPECIFIED'],
    createTime: timestampFromDate(row.createTime),
    ...(row.sendTime === null ? {} : { sendTime: timestampFromDate(row.sendTime) }),
    ...(row.cancelTime === null ? {} : { cancelTime: timestampFromDate(row.cancelTime) }),
  };
}

function toSchedule({ offsetDays, fixedTime }: ReminderRow) {
  if (fixedTime !== null) return { case: 'fixedTime' as const, value: timestampFromDate(fixedTime) };
  return toDays(offsetDays ?? 0); // the table requires one of the two
}

/** The schedule, as in the messages, for whole days from a due date, negative before it. */
export function toDays(offsetDays: number) {
  return offsetDays > 0
    ? { case: 'daysAfterDue' as const, value: offsetDays }
    : { case: 'daysBeforeDue' as const, value: Math.abs(offsetDays) };
}

/** The schedule of a stored reminder. */
function scheduleOf({ offsetDays, fixedTime, remindTime }: ReminderRow): Schedule {
  return offsetDays === null ? { kind: 'fixed', time: fixedTime ?? remindTime } : { kind: 'offset', offsetDays };
}

/** A stored reminder in the form that the rules take. */
export function toKnownReminder(row: ReminderRow): KnownReminder & { readonly id: string } {
  const { id, state, planned, remindTime, dueDate } = row;
  return { id, state, planned, remindTime, dueDate: dueDate ?? undefined, schedule: scheduleOf(row) };
}

/** The columns that hold the schedule of a reminder. */
export function scheduleColumns(schedule: Schedule, dueDate: string) {
  return schedule.kind === 'fixed'
    ? { step: schedule.time.toISOString(), offsetDays: null, fixedTime: schedule.time, dueDate: null }
    : { step: String(schedule.offsetDays), offsetDays: schedule.offsetDays, fixedTime: null, dueDate };
}
