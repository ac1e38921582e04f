import type { ReminderService } from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { DomainError } from '../../../runtime/errors.ts';
import type { Deps } from '../deps.ts';
import { causedBy, reminderCancelled } from '../events.ts';
import { readOwnReminder } from '../own-reminder.ts';
import { cancelled } from '../settle.ts';

/** How often to read again when somebody else changed the reminder in between. */
const ATTEMPTS_MAX = 5;

/** Cancels one of the caller's reminders. One that the caller has cancelled before stays so. */
export const cancelReminder: Rpc<Deps, typeof ReminderService.method.cancelReminder> = async (deps, request, call) => {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const reminder = await readOwnReminder(deps, request.reminderId, call);
    if (reminder.cancelReason === 'USER_REQUEST') return {};
    if (reminder.state !== 'SCHEDULED') {
      const text = reminder.state === 'SENT' ? 'The reminder was sent already.' : 'The reminder was cancelled already.';
      throw new DomainError('state', 'REMINDER_STATE', text, { metadata: { state: reminder.state } });
    }
    const now = deps.clock.now();
    const row = cancelled(reminder, 'USER_REQUEST', now);
    const saved = await deps.store.saveReminders([row], [reminderCancelled(row, causedBy(call, now))]);
    if (saved.length > 0) return {};
  }
  throw new DomainError('conflict', 'CONFLICT', 'The reminder is being changed at this moment; try again.');
};
