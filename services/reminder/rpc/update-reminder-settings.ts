import { ReminderSettingsSchema } from '../../../gen/numer/reminder/v1/reminder_settings_pb.ts';
import {
  type ReminderSettingsService,
  UpdateReminderSettingsResponseSchema,
} from '../../../gen/numer/reminder/v1/reminder_settings_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { applyUpdateMask } from '../../../runtime/call/update-mask.ts';
import { type AuditedFields, diffFields } from '../../../runtime/diff-fields.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import { planOf, toReminderSettings } from '../convert-settings.ts';
import type { Deps } from '../deps.ts';
import { DEFAULT_PLAN, type Plan } from '../domain/plan.ts';
import { causedBy, settingsUpdated } from '../events.ts';

/** Changes the caller's settings for reminders. Scheduled reminders follow later (jobs/follow-settings.ts). */
export const updateReminderSettings: Rpc<Deps, typeof ReminderSettingsService.method.updateReminderSettings> = (
  deps,
  request,
  call,
) =>
  compareAndSet(async () => {
    const ownerId = call.user.userId;
    const before = await deps.store.getReminderSettings(ownerId);
    const version = before?.version ?? 0n;
    requireVersion(call, version);
    const present = toReminderSettings(before);
    const wanted = applyUpdateMask(ReminderSettingsSchema, present, request.settings, request.updateMask);
    requireValid(ReminderSettingsSchema, wanted, 'settings.');
    const plan = planOf(wanted);
    const changes = diffFields(auditedOf(before ?? DEFAULT_PLAN), auditedOf(plan));
    const now = deps.clock.now();
    if (changes.length === 0) {
      const answer = { settings: present };
      return keepAnswer(deps.idempotency, call, { schema: UpdateReminderSettingsResponseSchema, answer, now });
    }

    const after = { ownerId, version: version + 1n, ...plan, updateTime: now, requestId: call.requestId };
    const response = { settings: toReminderSettings(after) };
    const isSaved = await deps.store.saveReminderSettings(after, {
      events: [settingsUpdated(after, changes, causedBy(call, now))],
      idempotency: idempotencyValues(call, UpdateReminderSettingsResponseSchema, response, now),
    });
    return isSaved ? response : undefined;
  });

/** The fields that the audit trail records. An empty plan counts as no value. */
function auditedOf({ offsetsDays, timeOfDay }: Plan): AuditedFields {
  return { steps: offsetsDays.join(','), timeOfDay };
}
