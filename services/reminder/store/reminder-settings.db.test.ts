import { randomUUID } from 'node:crypto';
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FIRST_ID } from '../../../runtime/paging/page-token.ts';
import { explain } from '../../../runtime/testing/explain.ts';
import { startTestService, type TestService } from '../../../runtime/testing/start-test-service.ts';
import { reminderService } from '../service.ts';
import { listOpenInvoicesQuery } from './list-open-invoices.ts';
import { claimChangeQuery } from './reminder-settings.ts';

const ownerId = randomUUID();

let service: TestService;
let connection: ReservedSql;
beforeAll(async () => {
  service = await startTestService(reminderService);
  const { $client: client } = service.db;
  // Half of the invoices belong to one account. One in a hundred of them is open.
  await client`
    insert into invoices (invoice_id, owner_id, version, state, due_dates, time_zone)
    select gen_random_uuid(), case when n % 2 = 0 then ${ownerId}::uuid else gen_random_uuid() end, 1,
      case when n % 200 = 0 then 'OPEN' else 'PAID' end, '["2026-06-01"]', 'UTC' from generate_series(1, 20000) as n`;
  // All but three have followed.
  await client`
    insert into reminder_settings (owner_id, version, offsets_days, time_of_day, update_time, request_id, followed_until,
      follow_time)
    select gen_random_uuid(), 1, '[]', '09:00', now(), '', case when n <= 3 then ${FIRST_ID}::uuid end, now()
    from generate_series(1, 20000) as n`;
  await client`vacuum analyze invoices`;
  await client`vacuum analyze reminder_settings`;
  connection = await client.reserve();
});
afterAll(async () => {
  connection.release();
  await service.stop();
});

test.each([
  [
    'the next page of an account is read without looking at what is paid or of others',
    () => listOpenInvoicesQuery(service.db).toSQL(),
    { ownerId, after: FIRST_ID, limit: 50 },
    'invoices_still_reminded_of',
    50 + 20,
  ],
  [
    'a change is claimed without looking at those that all have followed',
    () => claimChangeQuery(service.db).toSQL(),
    {},
    'reminder_settings_to_follow',
    20,
  ],
])('%s', async (_, query, values, index, blocksMax) => {
  const [root, ...plans] = await explain(connection, query(), values);
  expect(plans.flatMap((plan) => plan['Index Name'] ?? [])).toContain(index);
  expect((root?.['Shared Hit Blocks'] ?? 0) + (root?.['Shared Read Blocks'] ?? 0)).toBeLessThan(blocksMax);
});
