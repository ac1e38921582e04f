import type { ReminderService } from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { toReminder } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { readOwnReminder } from '../own-reminder.ts';

/** Gives one of the caller's reminders. */
export const getReminder: Rpc<Deps, typeof ReminderService.method.getReminder> = async (deps, request, call) => ({
  reminder: toReminder(await readOwnReminder(deps, request.reminderId, call)),
});
