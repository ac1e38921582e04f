import { randomUUID, randomUUIDv7 } from 'node:crypto';
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explain } from '../../../runtime/testing/explain.ts';
import { startTestService, type TestService } from '../../../runtime/testing/start-test-service.ts';
import { notificationService } from '../service.ts';
import { WEBHOOK_KEY } from '../testing/webhook-key.ts';
import { claimQuery, releaseQuery } from './claim-mail.ts';

/** So many that reading all of them would show. */
const SENT = 5_000;

let service: TestService;
let connection: ReservedSql;
beforeAll(async () => {
  service = await startTestService(notificationService, {
    environment: { ...WEBHOOK_KEY, SMTP_URL: 'smtp://127.0.0.1:1' },
  });
  await service.db.$client`
    insert into notifications (id, owner_id, invoice_id, kind, recipient, sender_name, reply_to, subject, text_body, html_body,
      request_id, state, create_time, send_time)
    select gen_random_uuid(), ${randomUUIDv7()}, gen_random_uuid(), 'INVOICE_SENT', 'grace@hopper.example', '', '', '', '', '',
      '', 'SENT', now(), now()
    from generate_series(1, ${SENT}::integer)`;
  await service.db.$client`vacuum analyze notifications`;
  connection = await service.db.$client.reserve();
});
afterAll(async () => {
  connection.release();
  await service.stop();
});

const time = '2026-01-01T00:00:00Z';
const leaseToken = randomUUID();
const claim = { now: time, dueTime: time, leaseToken, leaseExpireTime: time, count: 50 };

test.each([
  ['mails are claimed', () => claimQuery(service.db).toSQL(), claim],
  ['a lost claim is given back', () => releaseQuery(service.db).toSQL(), { leaseToken }],
])('%s without looking at those that were sent', async (_, query, values) => {
  const [root, ...plans] = await explain(connection, query(), values);
  expect(plans.flatMap((plan) => plan['Index Name'] ?? [])).toContain('notifications_due');
  expect((root?.['Shared Hit Blocks'] ?? 0) + (root?.['Shared Read Blocks'] ?? 0)).toBeLessThan(10);
});
