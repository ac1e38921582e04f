import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { mailWithdrawals, quoteAnswers } from './schema.ts';

const PRUNE_BATCH = 1_000;

/** Deletes up to 1,000 rows from before a moment; gives how many. */
type Prune = (before: Date) => Promise<number>;

/** Prepares the statement that forgets what made mails of invoices pointless. */
export function preparePruneWithdrawals(db: Database): Prune {
  return preparePrune(db, 'prune_withdrawals', sql`${mailWithdrawals}`, sql`owner_id, invoice_id`);
}

/** Prepares the statement that forgets answers to quotes that came before their mail was asked for. */
export function preparePruneQuoteAnswers(db: Database): Prune {
  return preparePrune(db, 'prune_quote_answers', sql`${quoteAnswers}`, sql`owner_id, quote_id`);
}

function preparePrune(db: Database, name: string, table: SQL, key: SQL): Prune {
  const pruned = db.$with('pruned', { pruned: sql<number>`1`.as('pruned') }).as(sql`
    delete from ${table} where (${key}) in (
      select ${key} from ${table} where create_time < ${sql.placeholder('before')}::timestamptz
      limit ${sql.raw(String(PRUNE_BATCH))} for update skip locked
    ) returning 1 as pruned
  `);
  const statement = db.with(pruned).select().from(pruned).prepare(name);
  return async (before) => (await statement.execute({ before: before.toISOString() })).length;
}
