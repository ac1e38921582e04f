import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { documentResends, mailRetractions, mailWithdrawals, quoteAnswers } from './schema.ts';

const PRUNE_BATCH = 1_000;

/** Deletes up to 1,000 rows from before a moment; gives how many. */
type Prune = (before: Date) => Promise<number>;

/** Prepares the statement that forgets what made mails of invoices pointless. */
export function preparePruneMailWithdrawals(db: Database): Prune {
  const [table, key] = [sql`${mailWithdrawals}`, sql`owner_id, invoice_id`];
  return preparePrune(db, 'prune_mail_withdrawals', { table, key });
}

/** Prepares the statement that forgets answers to quotes. */
export function preparePruneQuoteAnswers(db: Database): Prune {
  const [table, key] = [sql`${quoteAnswers}`, sql`owner_id, quote_id`];
  return preparePrune(db, 'prune_quote_answers', { table, key });
}

/** Prepares the statement that forgets what took back earlier mails. */
export function preparePruneRetractions(db: Database): Prune {
  const [table, key] = [sql`${mailRetractions}`, sql`id`];
  return preparePrune(db, 'prune_retractions', { table, key });
}

/** Prepares the statement that forgets when documents were mailed again. */
export function preparePruneResends(db: Database): Prune {
  const [table, key] = [sql`${documentResends}`, sql`owner_id, document_id`];
  return preparePrune(db, 'prune_resends', { table, key, time: sql`update_time` });
}

/** Whose rows, the columns that tell them apart, and since when they are of no use. */
interface PrunedRows {
  readonly table: SQL;
  readonly key: SQL;
  readonly time?: SQL;
}

function preparePrune(db: Database, name: string, { table, key, time = sql`create_time` }: PrunedRows): Prune {
  const pruned = db.$with('pruned', { pruned: sql<number>`1`.as('pruned') }).as(sql`
    delete from ${table} where (${key}) in (
      select ${key} from ${table} where ${time} < ${sql.placeholder('before')}::timestamptz
      limit ${sql.raw(String(PRUNE_BATCH))} for update skip locked
    ) returning 1 as pruned
  `);
  const statement = db.with(pruned).select().from(pruned).prepare(name);
  return async (before) => (await statement.execute({ before: before.toISOString() })).length;
}
