import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { mailWithdrawals } from './schema.ts';

const PRUNE_BATCH = 1_000;

/** Prepares the statement that forgets what made mails pointless before a moment, up to 1,000 rows; gives how many. */
export function preparePruneWithdrawals(db: Database): (before: Date) => Promise<number> {
  const pruned = db.$with('pruned', { pruned: sql<number>`1`.as('pruned') }).as(sql`
    delete from ${mailWithdrawals} where (owner_id, invoice_id) in (
      select owner_id, invoice_id from ${mailWithdrawals} where create_time < ${sql.placeholder('before')}::timestamptz
      limit ${sql.raw(String(PRUNE_BATCH))} for update skip locked
    ) returning 1 as pruned
  `);
  const statement = db.with(pruned).select().from(pruned).prepare('prune_withdrawals');
  return async (before) => (await statement.execute({ before: before.toISOString() })).length;
}
