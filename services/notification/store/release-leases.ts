import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { accountMails, notifications } from './schema.ts';
import { webhookDeliveries } from './webhook-schema.ts';

/**
 * Prepares the statement that ends all leases of mails and webhooks, as if their time had run out: what was being sent counts as
 * abandoned.
 */
export function prepareReleaseLeases(db: Database): (now: Date) => Promise<void> {
  const now = sql`${sql.placeholder('now')}::timestamptz`;
  const mails = db.$with('mails', {}).as(sql`
    update ${notifications} set lease_expire_time = ${now} where state = 'QUEUED' and lease_expire_time > ${now}
  `);
  const ofAccounts = db.$with('of_accounts', {}).as(sql`
    update ${accountMails} set lease_expire_time = ${now} where lease_expire_time > ${now}
  `);
  const webhooks = db.$with('webhooks', { one: sql<number>`1`.as('one') }).as(sql`
    update ${webhookDeliveries} set lease_expire_time = ${now} where lease_token is not null and lease_expire_time > ${now}
    returning 1 as one
  `);
  const statement = db.with(mails, ofAccounts, webhooks).select().from(webhooks).prepare('release_leases');
  return async (time) => {
    await statement.execute({ now: time.toISOString() });
  };
}
