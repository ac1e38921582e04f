import { sql } from 'drizzle-orm';
import type { Database } from '../database/database.ts';

/** The events of a service that are still to be handled. Counts stop at 10,000. */
export interface Backlog {
  /** Events in the outbox. */
  readonly waiting: number;
  /** Age of the oldest of them in seconds, 0 when there is none. */
  readonly oldestSeconds: number;
  /** Events whose consumer failed, to be tried again. */
  readonly retrying: number;
  readonly deadLetters: number;
}

/** Prepares the statement that reads the backlog. It reads a bounded number of rows. */
export function prepareReadBacklog(db: Database): () => Promise<Backlog> {
  const countOf = (table: string) =>
    sql.raw(`(select count(*)::int from (select from ${table} limit 10000) as counted)`);
  const statement = db
    .select({
      waiting: sql<number>`${countOf('outbox')}`,
      // The order of the ids is that of time.
      oldestSeconds: sql<number>`coalesce(
        greatest(extract(epoch from now() - (select create_time from outbox order by id limit 1)), 0)::float8, 0)`,
      retrying: sql<number>`${countOf('inbox_retries')}`,
      deadLetters: sql<number>`${countOf('dead_letters')}`,
    })
    .from(sql`(select) as nothing`)
    .prepare('read_backlog');
  return async () => {
    const [backlog] = await statement.execute();
    if (backlog === undefined) throw new Error('Postgres answered a query without rows');
    return backlog;
  };
}
