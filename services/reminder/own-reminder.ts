import type { Call } from '../../runtime/call/call.ts';
import { DomainError } from '../../runtime/call/errors.ts';
import type { Deps } from './deps.ts';
import type { ReminderRow } from './store/schema.ts';

/**
 * Reads one of the caller's reminders.
 *
 * @throws DomainError REMINDER_NOT_FOUND, also for another user's reminder
 */
export async function readOwnReminder(deps: Deps, id: string, call: Call): Promise<ReminderRow> {
  const reminder = await deps.store.findReminder(call.user.userId, id);
  if (reminder === undefined) throw new DomainError('missing', 'REMINDER_NOT_FOUND', 'There is no such reminder.');
  return reminder;
}
