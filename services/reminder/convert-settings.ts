import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type ReminderSettings,
  ReminderSettingsSchema,
  type ReminderStep,
} from '../../gen/numer/reminder/v1/reminder_settings_pb.ts';
import { etagOf } from '../../runtime/call/call.ts';
import { toDays } from './convert.ts';
import { DEFAULT_PLAN, type Plan } from './domain/plan.ts';
import type { SavedSettings } from './store/reminder-settings.ts';

/** The message of an account's settings; undefined when they were never changed from the default. */
export function toReminderSettings(settings: SavedSettings | undefined): ReminderSettings {
  const { offsetsDays, timeOfDay } = settings ?? DEFAULT_PLAN;
  return create(ReminderSettingsSchema, {
    steps: offsetsDays.map((offsetDays) => ({ schedule: toDays(offsetDays) })),
    timeOfDay,
    ...(settings === undefined ? {} : { updateTime: timestampFromDate(settings.updateTime) }),
    etag: etagOf(settings?.version ?? 0n),
  });
}

/** The plan in the settings, its steps sorted by day. Assumes that the settings are valid. */
export function planOf({ steps, timeOfDay }: ReminderSettings): Plan {
  const offsetsDays = steps.map(offsetOf).toSorted((a, b) => a - b);
  return { offsetsDays, timeOfDay: timeOfDay || DEFAULT_PLAN.timeOfDay };
}

function offsetOf({ schedule: { case: side, value = 0 } }: ReminderStep): number {
  return side === 'daysBeforeDue' && value !== 0 ? -value : value; // not -0
}
