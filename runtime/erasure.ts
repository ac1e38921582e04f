import { type SQL, sql } from 'drizzle-orm';
import { type PgTable, pgTable, timestamp, uuid } from 'drizzle-orm/pg-core';
import { idempotencyRecords } from './call/idempotency.ts';
import type { Database } from './database/database.ts';
import { deadLetters } from './events/dead-letters.ts';
import { publishedEvents } from './events/published-events.ts';
import type { Job } from './process/service.ts';

/** Accounts that are being erased. The statement that deletes an account inserts a row, which starts the erasure. */
export const erasures = pgTable('erasures', {
  ownerId: uuid('owner_id').primaryKey(),
  createTime: timestamp('create_time', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  nextTime: timestamp('next_time', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
});

/**
 * Most rows that one step erases, so that it ends long before the statement timeout, however much depends on each row.
 */
const STEP_SIZE = 500;

/**
 * Shortest time that an erasure goes on. Calls cannot be made for that long with the credentials of a deleted account:
 * a gateway remembers them for half a minute and internal tokens are valid for five minutes; then the call and its
 * statement end within their own limits.
 */
const DURATION_MINUTES_MIN = 15;

/** How long an erasure that has found nothing waits before it looks again. */
const PAUSE_MINUTES = 1;

/** Rows of a table that go with an account. */
export interface ErasedRows {
  readonly table: PgTable;
  /** Which rows. An index must find them by their owner. */
  readonly where: SQL;
  /** What to change so that `where` no longer fits, for rows that stay but lose what they held. */
  readonly set?: SQL;
  /** Most rows of a step; fewer than by default when many other rows depend on each. */
  readonly stepSize?: number;
}

/** How to erase. */
export interface ErasureOptions {
  /**
   * What to erase of the owner, table by table: a step takes rows of the first table that has any. After these come the
   * stored answers, the dead letters and the published events, which every service has and which hold the same data.
   */
  readonly rows: (ownerId: SQL) => readonly ErasedRows[];
  /** A table with one row for each `owner_id`. Whoever changes what is erased locks that row first. */
  readonly lock?: PgTable;
  /** Default 500. */
  readonly stepSize?: number | undefined;
}

/**
 * Prepares the statement that takes one step of an erasure that is due, and gives false when none is. It may be
 * repeated, and replicas take steps of different accounts. When a step finds nothing of an account, the account is
 * looked at again until nothing can be added with its credentials any more.
 */
export function prepareErasure(db: Database, options: ErasureOptions): () => Promise<boolean> {
  // Postgres rounds times to whole milliseconds, also upwards: an erasure that is due now may seem due in a moment.
  const account = db.$with('account', { ownerId: sql<string>`owner_id`.as('owner_id') }).as(sql`
    select owner_id, create_time < now() - ${sql.raw(`interval '${DURATION_MINUTES_MIN} minutes'`)} as is_old
    from ${erasures} ${options.lock === undefined ? sql`` : sql`join ${options.lock} using (owner_id)`}
    where next_time < now() + interval '1 millisecond' order by next_time limit 1 for update skip locked
  `);
  const found: SQL[] = [];
  const ownerId = sql`(select owner_id from account)`;
  const parts = [...options.rows(ownerId), ...keptByAll(ownerId)].flatMap(({ table, where, set, stepSize }, index) => {
    const size = Math.min(stepSize ?? STEP_SIZE, options.stepSize ?? STEP_SIZE);
    const name = `found_${index + 1}`;
    const nothingBefore = found.length === 0 ? sql`` : sql`and not exists (${anyOf(found)})`;
    // Rows are named by ctid, since an array of these is always looked up directly, however many rows the planner
    // expects.
    const rows = db.$with(name, {}).as(sql`
      select ${table}.ctid as place from ${table} where ${where} ${nothingBefore} limit ${sql.raw(String(size))}
    `);
    const change = set === undefined ? sql`delete from ${table}` : sql`update ${table} set ${set}`;
    const erased = db.$with(`erased_${index + 1}`, {}).as(sql`
      ${change} where ctid = any (array(select place from ${sql.identifier(name)}))
    `);
    found.push(sql`select 1 from ${sql.identifier(name)}`);
    return [rows, erased];
  });
  const nothing = sql`${erasures}.owner_id = account.owner_id and not exists (${anyOf(found)})`;
  const ended = db.$with('ended', {}).as(sql`delete from ${erasures} using account where ${nothing} and is_old`);
  const paused = db.$with('paused', {}).as(sql`
    update ${erasures} set next_time = now() + ${sql.raw(`interval '${PAUSE_MINUTES} minutes'`)} from account
    where ${nothing} and not is_old
  `);
  const statement = db
    .with(account, ...parts, ended, paused)
    .select()
    .from(account)
    .prepare('erase_next');
  return async () => (await statement.execute()).length > 0;
}

/** What every service has. Events about the deletion itself stay, for consumers that are still to get them. */
function keptByAll(ownerId: SQL): readonly ErasedRows[] {
  return [
    { table: idempotencyRecords, where: sql`owner_id = ${ownerId}` },
    { table: deadLetters, where: sql`owner_id = ${ownerId} and topic <> 'user.deleted'` },
    { table: publishedEvents, where: sql`owner_id = ${ownerId} and topic <> 'user.deleted'` },
  ];
}

function anyOf(queries: readonly SQL[]): SQL {
  return sql.join([...queries], sql` union all `);
}

/** Erases what a service holds of deleted accounts, one step after the other. */
export const eraseAccounts: Job<{ readonly store: { eraseNext(): Promise<boolean> } }> = {
  name: 'erase-accounts',
  pattern: '*/5 * * * * *',
  async run({ store }, _now, signal) {
    while (!signal.aborted && (await store.eraseNext()));
  },
};
