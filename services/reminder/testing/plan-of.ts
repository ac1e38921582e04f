import type { ReminderRow } from '../store/schema.ts';

/** What tests look at first: step, time, state and why it was cancelled, in one line for each reminder. */
export function planOf(rows: readonly ReminderRow[]): string[] {
  return rows.map(({ offsetDays, step, remindTime, state, cancelReason }) => {
    const time = remindTime.toISOString().slice(0, 16);
    return [offsetDays ?? step, time, state, cancelReason].filter((part) => part !== null).join(' ');
  });
}
