import {
  CancelReminderResponseSchema,
  type ReminderService,
} from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import { causedBy, reminderCancelled } from '../events.ts';
import { readOwnReminder } from '../own-reminder.ts';
import { cancelled } from '../settle.ts';

/** Cancels one of the caller's reminders. Succeeds without a change for one that the caller has already cancelled. */
export const cancelReminder: Rpc<Deps, typeof ReminderService.method.cancelReminder> = (deps, request, call) =>
  compareAndSet(async () => {
    const reminder = await readOwnReminder(deps, request.reminderId, call);
    const now = deps.clock.now();
    if (reminder.cancelReason === 'USER_REQUEST') {
      return keepAnswer(deps.idempotency, call, { schema: CancelReminderResponseSchema, answer: {}, now });
    }
    if (reminder.state !== 'SCHEDULED') {
      const text = reminder.state === 'SENT' ? 'The reminder was already sent.' : 'The reminder was already cancelled.';
      throw new DomainError('state', 'REMINDER_STATE', text, { metadata: { state: reminder.state } });
    }
    const row = cancelled(reminder, 'USER_REQUEST', now);
    const saved = await deps.store.saveReminders(
      [row],
      [reminderCancelled(row, causedBy(call, now))],
      idempotencyValues(call, CancelReminderResponseSchema, {}, now),
    );
    return saved > 0 ? {} : undefined;
  });
