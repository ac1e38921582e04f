import type { CancelReason, ReminderRow } from './store/schema.ts';

/** The reminder after it was cancelled. */
export function cancelled(row: ReminderRow, reason: CancelReason, now: Date): ReminderRow {
  return { ...row, state: 'CANCELLED', cancelReason: reason, cancelTime: now, version: row.version + 1n };
}

/** The reminder after it was handed over for mailing. */
export function sent(row: ReminderRow, now: Date): ReminderRow {
  return { ...row, state: 'SENT', sendTime: now, version: row.version + 1n };
}

const DAY_MS = 86_400_000;

/** The reminder after it was postponed by a day. */
export function postponed(row: ReminderRow): ReminderRow {
  return { ...row, remindTime: new Date(row.remindTime.getTime() + DAY_MS), version: row.version + 1n };
}

/** The reminder after it was moved to a due date and the time that follows from it. */
export function moved(row: ReminderRow, dueDate: string, remindTime: Date): ReminderRow {
  return { ...row, dueDate, remindTime, version: row.version + 1n };
}
