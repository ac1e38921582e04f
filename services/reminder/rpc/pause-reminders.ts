import {
  PauseRemindersResponseSchema,
  type ReminderService,
} from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { setPaused } from '../set-paused.ts';

/** Pauses the reminders of one of the caller's invoices. */
export const pauseReminders: Rpc<Deps, typeof ReminderService.method.pauseReminders> = (deps, { invoiceId }, call) =>
  setPaused(deps, { invoiceId, paused: true, schema: PauseRemindersResponseSchema }, call);
