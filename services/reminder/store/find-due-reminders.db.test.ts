import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocksRead, explain } from '../../../runtime/testing/explain.ts';
import { type ReminderTestService, startReminderService } from '../testing/start-reminder-service.ts';
import { dueRemindersQuery } from './find-due-reminders.ts';

let service: ReminderTestService;
beforeAll(async () => {
  service = await startReminderService();
});
afterAll(() => service.stop());

test('the search gives all due reminders of the invoices it finds', async () => {
  const owner = service.newOwner();
  const { id: invoiceId } = service.invoices.add(owner.identity).message;
  for (const value of [20, 15, 10]) {
    await owner.reminders.createReminder({ invoiceId, schedule: { case: 'daysBeforeDue', value } });
  }
  const found = await service.deps.store.findDueReminders(new Date('2026-03-17T00:00:00Z'), 1);
  expect(found.map(({ reminder }) => reminder.step).toSorted()).toEqual(['-15 2026-03-31', '-20 2026-03-31']);
});

test('the scan reads what is due from its index, with 20,000 reminders in the future and some that failed', async () => {
  const { $client: client } = service.db;
  await client`
    insert into invoices (invoice_id, owner_id, version, state, due_dates, time_zone)
    select gen_random_uuid(), gen_random_uuid(), 1, 'OPEN', '["2026-06-01"]', 'UTC' from generate_series(1, 5000)`;
  // So that Postgres does not look up the invoice of each.
  await client`alter table reminders disable trigger all`;
  for (const step of [-7, -3, 0, 7]) {
    await client`
      insert into reminders (id, owner_id, invoice_id, step, offset_days, due_date, remind_time, state, planned,
        create_time, version)
      select gen_random_uuid(), owner_id, invoice_id, ${step}::integer, ${step}::integer, date '2026-06-01',
        date '2026-06-01' + ${step}::integer, 'SCHEDULED', true, '2026-03-01', 1
      from invoices`;
  }
  await client`alter table reminders enable trigger all`;
  await client`
    update reminders set remind_time = '2026-03-01'
    where (invoice_id, offset_days) in (select invoice_id, 7 from invoices limit 100)`;
  const failed = await client`
    update reminders set remind_time = '2026-02-01', retry_time = '2026-03-05T01:00:00Z'
    where (invoice_id, offset_days) in (select invoice_id, 0 from invoices order by invoice_id desc limit 600)`;
  expect(failed.count).toBe(600);
  await client`analyze`;
  const connection = await client.reserve();
  const values = { now: '2026-03-05T00:00:00Z', limit: 500 };
  const plans = await explain(connection, dueRemindersQuery(service.db).toSQL(), values);
  const indexes = plans.flatMap((plan) => plan['Index Name'] ?? []);
  expect(indexes).toEqual(expect.arrayContaining(['reminders_due', 'reminders_put_off']));
  // Some for each of the hundred that are due.
  expect(blocksRead(plans)).toBeLessThan(2_000);
  connection.release();
  const found = await service.deps.store.findDueReminders(new Date(values.now), values.limit);
  expect(new Set(found.map(({ reminder }) => reminder.offsetDays))).toEqual(new Set([7]));
  expect(found).toHaveLength(100);
});
