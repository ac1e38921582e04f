import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReminderSettings, ReminderSettingsSchema } from '../../../gen/numer/reminder/v1/reminder_settings_pb.ts';
import { ReminderSettingsService } from '../../../gen/numer/reminder/v1/reminder_settings_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { changePlan } from '../testing/change-plan.ts';
import { type Owner, type ReminderTestService, startReminderService } from '../testing/start-reminder-service.ts';

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
afterAll(() => service.stop());

const before = (value: number) => ({ schedule: { case: 'daysBeforeDue' as const, value } });
const after = (value: number) => ({ schedule: { case: 'daysAfterDue' as const, value } });

function update(
  owner: Owner,
  settings: MessageInitShape<typeof ReminderSettingsSchema>,
  { paths = ['steps'], headers = {} }: { paths?: string[]; headers?: Record<string, string> } = {},
) {
  const client = service.client(ReminderSettingsService, owner.identity, headers);
  return client.updateReminderSettings({ settings, updateMask: { paths } });
}

/** The steps in days from the due date, and the time of day. */
function planIn(settings: ReminderSettings | undefined) {
  const days = settings?.steps.map(({ schedule }) =>
    schedule.case === 'daysBeforeDue' ? 0 - (schedule.value ?? 0) : schedule.value,
  );
  return [days, settings?.timeOfDay];
}

describe('UpdateReminderSettings', () => {
  test('changes what is named and leaves the rest, with the steps in their order', async () => {
    const owner = service.newOwner();
    const first = await update(owner, { steps: [after(30), before(0), before(14)], timeOfDay: '18:00' });
    expect(planIn(first.settings)).toEqual([[-14, 0, 30], '09:00']);
    expect(first.settings).toMatchObject({ etag: '"1"', updateTime: { seconds: 1772366400n } });
    const second = await update(owner, { timeOfDay: '18:05' }, { paths: ['time_of_day'] });
    expect(planIn(second.settings)).toEqual([[-14, 0, 30], '18:05']);
    expect((await owner.settings.getReminderSettings({})).settings).toEqual(second.settings);
    expect(planIn((await service.newOwner().settings.getReminderSettings({})).settings)).toEqual([
      [-7, -3, 0, 7],
      '09:00',
    ]);
  });

  test('takes an empty plan, and without a time of day the default one', async () => {
    const owner = service.newOwner();
    await changePlan(owner, { timeOfDay: '07:00' });
    const { settings } = await update(owner, {}, { paths: ['steps', 'time_of_day'] });
    expect(planIn(settings)).toEqual([[], '09:00']);
  });

  test('takes as many steps as a plan may have, as far away as reminders can be', async () => {
    const steps = [...Array.from({ length: 18 }, (_, index) => after(index + 1)), before(365), after(365)];
    expect((await update(service.newOwner(), { steps })).settings?.steps).toHaveLength(20);
  });

  test('tells what changed, and nothing when nothing did', async () => {
    const owner = service.newOwner();
    await update(owner, { steps: [after(7), before(0), before(3), before(7)] });
    await update(owner, { steps: [], timeOfDay: '10:00' }, { paths: ['steps', 'time_of_day'] });
    await update(owner, {}, { paths: [] });
    await update(owner, { steps: [before(1)] });
    const events = await service.eventsOf(owner.identity.userId, 'reminder-settings.updated');
    expect(events).toMatchObject([
      {
        subject: owner.identity.userId,
        version: 1n,
        actor: owner.identity.actor,
        message: {
          changes: [
            { field: 'steps', oldValue: '-7,-3,0,7' },
            { field: 'timeOfDay', oldValue: '09:00', newValue: '10:00' },
          ],
        },
      },
      { version: 2n, message: { changes: [{ field: 'steps', newValue: '-1' }] } },
    ]);
  });

  test('loses none of several changes at once, and refuses a stale If-Match', async () => {
    const owner = service.newOwner();
    await Promise.all([
      changePlan(owner, { offsetsDays: [1] }),
      changePlan(owner, { timeOfDay: '12:00' }),
      changePlan(owner, { timeOfDay: '12:00' }),
    ]);
    const { settings } = await owner.settings.getReminderSettings({});
    expect([...planIn(settings), settings?.etag]).toEqual([[1], '12:00', '"2"']);
    const stale = update(owner, { steps: [] }, { headers: { 'if-match': '"1"' } });
    expect(await refusalOf(stale)).toMatchObject({ reason: 'ETAG_MISMATCH' });
    expect((await update(owner, { steps: [] }, { headers: { 'if-match': '"2"' } })).settings?.etag).toBe('"3"');
  });

  test('answers a repetition with the same key as before, of a change as of none', async () => {
    for (const steps of [[before(1)], [before(7), before(3), before(0), after(7)]]) {
      const owner = service.newOwner();
      const headers = { 'idempotency-key': 'settings-1' };
      const first = await update(owner, { steps }, { headers });
      await update(owner, { steps: [] });
      expect(await update(owner, { steps }, { headers })).toEqual(first);
      expect((await owner.settings.getReminderSettings({})).settings?.steps).toEqual([]);
    }
  });

  test.each([
    ['a step on no day', [before(1), {}], ['settings.steps[1].days_before_due', 'settings.steps[1].days_after_due']],
    ['more days before than a reminder can have', [before(366)], ['settings.steps[0].days_before_due']],
    ['a negative number of days', [before(-1)], ['settings.steps[0].days_before_due']],
    ['no day after', [after(0)], ['settings.steps[0].days_after_due']],
    ['more days after than a reminder can have', [after(366)], ['settings.steps[0].days_after_due']],
    ['the same day twice', [before(1), after(1), before(1)], ['settings.steps']],
    ['more steps than a plan can have', Array.from({ length: 21 }, (_, index) => after(index + 1)), ['settings.steps']],
  ])('refuses %s', async (_, steps, fields) => {
    const owner = service.newOwner();
    expect(await refusalOf(update(owner, { steps }))).toMatchObject({ reason: 'INVALID_ARGUMENT', fields });
    expect((await owner.settings.getReminderSettings({})).settings?.etag).toBe('"0"');
  });

  test.each(['9:00', '24:00', '09:60', '09:00:00', '09:00\n', 'noon', ' 9:00', '٠٩:٠٠'])(
    'refuses the time of day %j',
    async (timeOfDay) => {
      const refusal = await refusalOf(update(service.newOwner(), { timeOfDay }, { paths: ['time_of_day'] }));
      expect(refusal).toMatchObject({ reason: 'INVALID_ARGUMENT' });
      expect(new Set(refusal.fields)).toEqual(new Set(['settings.time_of_day']));
    },
  );

  test('refuses a field that does not exist, no mask, and a caller without credentials', async () => {
    const owner = service.newOwner();
    expect(await refusalOf(update(owner, {}, { paths: ['x'] }))).toMatchObject({ fields: ['update_mask'] });
    expect(await refusalOf(owner.settings.updateReminderSettings({}))).toMatchObject({ fields: ['update_mask'] });
    const anybody = service.client(ReminderSettingsService);
    expect(await refusalOf(anybody.updateReminderSettings({ updateMask: { paths: [] } }))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
