import type { ReminderSettingsService } from '../../../gen/numer/reminder/v1/reminder_settings_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { toReminderSettings } from '../convert-settings.ts';
import type { Deps } from '../deps.ts';

/** Gives the caller's settings for reminders. */
export const getReminderSettings: Rpc<Deps, typeof ReminderSettingsService.method.getReminderSettings> = async (
  deps,
  _request,
  call,
) => ({ settings: toReminderSettings(await deps.store.getReminderSettings(call.user.userId)) });
