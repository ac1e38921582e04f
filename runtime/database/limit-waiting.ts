import type { Database } from './database.ts';

/**
 * Most statements of a pool that wait at once, for a connection or their result: what a healthy server does in a second
 * or two.
 */
export const WAITING_MAX = 5_000;

/** A statement as Drizzle prepares it. */
interface PreparedStatement {
  execute(...parameters: readonly unknown[]): Promise<unknown>;
}

/**
 * Refuses statements while {@link WAITING_MAX} of the database wait, with an error like that of a database that cannot
 * be reached. While a server gives no answer, the library keeps each statement forever, along with the call that it is
 * for, even when the caller left long ago.
 *
 * @returns how many wait now
 */
export function limitWaiting(db: Database): () => number {
  const { session } = db._;
  const prepare = session.prepareQuery.bind(session);
  let waiting = 0;
  const prepareQuery = (...parameters: Parameters<typeof prepare>) => {
    const statement: PreparedStatement = prepare(...parameters);
    const execute = statement.execute.bind(statement);
    statement.execute = async (...values) => {
      if (waiting >= WAITING_MAX) throw Object.assign(new Error('too many statements wait'), { code: 'QUEUE_FULL' });
      waiting += 1;
      try {
        return await execute(...values);
      } finally {
        waiting -= 1;
      }
    };
    return statement;
  };
  Object.assign(session, { prepareQuery });
  return () => waiting;
}
