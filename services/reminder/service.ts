import { file_numer_reminder_v1_reminder_events } from '../../gen/numer/reminder/v1/reminder_events_pb.ts';
import { ReminderService } from '../../gen/numer/reminder/v1/reminder_service_pb.ts';
import { file_numer_reminder_v1_reminder_settings_events } from '../../gen/numer/reminder/v1/reminder_settings_events_pb.ts';
import { ReminderSettingsService } from '../../gen/numer/reminder/v1/reminder_settings_service_pb.ts';
import { implement } from '../../runtime/call/call.ts';
import { eraseAccounts } from '../../runtime/erasure.ts';
import { forgetDeleted } from '../../runtime/events/forget-deleted.ts';
import { defineService } from '../../runtime/process/service.ts';
import { onInvoiceChanged } from './consumers/on-invoice-changed.ts';
import { onUserDeleted } from './consumers/on-user-deleted.ts';
import { onUserUpdated } from './consumers/on-user-updated.ts';
import { createDeps } from './deps.ts';
import { followSettings } from './jobs/follow-settings.ts';
import { sendDueReminders } from './jobs/send-due-reminders.ts';
import { cancelReminder } from './rpc/cancel-reminder.ts';
import { createReminder } from './rpc/create-reminder.ts';
import { getReminder } from './rpc/get-reminder.ts';
import { getReminderSettings } from './rpc/get-reminder-settings.ts';
import { listReminders } from './rpc/list-reminders.ts';
import { pauseReminders } from './rpc/pause-reminders.ts';
import { resumeReminders } from './rpc/resume-reminders.ts';
import { updateReminderSettings } from './rpc/update-reminder-settings.ts';

/** The reminder service: plans the reminders of invoices and hands each over once when it is due. */
export const reminderService = defineService({
  name: 'reminder',
  migrations: new URL('./migrations/', import.meta.url),
  config: {},
  events: [file_numer_reminder_v1_reminder_events, file_numer_reminder_v1_reminder_settings_events],
  createDeps,
  routes(router, deps) {
    router.service(
      ReminderService,
      implement(ReminderService, deps, {
        createReminder,
        getReminder,
        listReminders,
        cancelReminder,
        pauseReminders,
        resumeReminders,
      }),
    );
    router.service(
      ReminderSettingsService,
      implement(ReminderSettingsService, deps, { getReminderSettings, updateReminderSettings }),
    );
  },
  consumers: [onInvoiceChanged, onUserUpdated, onUserDeleted],
  jobs: [sendDueReminders, followSettings, forgetDeleted, eraseAccounts],
});
