import {
  type ReminderService,
  ResumeRemindersResponseSchema,
} from '../../../gen/numer/reminder/v1/reminder_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { setPaused } from '../set-paused.ts';

/** Ends the pause of the reminders of one of the caller's invoices. */
export const resumeReminders: Rpc<Deps, typeof ReminderService.method.resumeReminders> = (deps, { invoiceId }, call) =>
  setPaused(deps, { invoiceId, paused: false, schema: ResumeRemindersResponseSchema }, call);
