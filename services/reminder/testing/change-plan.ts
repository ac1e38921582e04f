import { toDays } from '../convert.ts';
import type { Plan } from '../domain/plan.ts';
import type { Owner } from './start-reminder-service.ts';

/** Gives an owner another plan, or changes parts of it. */
export function changePlan({ settings }: Owner, { offsetsDays, timeOfDay }: Partial<Plan>) {
  const steps = offsetsDays?.map((offsetDays) => ({ schedule: toDays(offsetDays) })) ?? [];
  return settings.updateReminderSettings({
    settings: { steps, timeOfDay: timeOfDay ?? '' },
    updateMask: {
      paths: [...(offsetsDays === undefined ? [] : ['steps']), ...(timeOfDay === undefined ? [] : ['time_of_day'])],
    },
  });
}
