import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { createDatabase, type Database } from '../database/database.ts';
import { watchSockets } from '../database/watched-sockets.ts';

/** A relay's own connection: it listens for new rows and works through them, however busy the service's pool is. */
export interface RelayConnection {
  /** Runs statements on the one connection. */
  readonly db: Database;
  /** Makes sure that new rows are announced. Call it before each claim. Rejects when the database is away. */
  listen(): Promise<void>;
  /**
   * Asks writers not to notify, or to notify again. A commit that notifies holds a lock on the whole cluster, even
   * during its flush to disk, so under load commits would run one after the other. A relay that finds many rows needs
   * no notification to look for more. A lost connection ends the request. Never rejects.
   */
  setBusy(isBusy: boolean): Promise<void>;
  /** Whether writers were asked not to notify. */
  readonly isBusy: boolean;
  close(): Promise<void>;
}

/**
 * Plans of the prepared statements are made while the outbox is nearly empty and kept when it is not. Without these
 * settings, a long backlog would be read and sorted as a whole for every claim.
 */
const INDEX_ONLY_PLANS = { enable_seqscan: 'off', enable_sort: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' };

/**
 * Nobody waits for the disk. If a crash of the server undoes a claim or a deletion, it is done again, and an event that
 * is published twice has one effect. Whoever writes to the outbox flushes what it has written.
 */
const UNFLUSHED = { synchronous_commit: 'off' };

/** Opens the connection, with the settings of the service's pool; `onInsert` is called when there may be new rows. */
export function openRelayConnection(pool: Database, onInsert: () => void): RelayConnection {
  let isListening = false;
  let isBusy = false;
  const { connection } = pool.$client.options;
  const sockets = watchSockets(Number(connection.statement_timeout));
  const options = {
    ...pool.$client.options,
    socket: sockets.open,
    connection: {
      ...connection,
      application_name: `${connection.application_name}-relay`,
      ...INDEX_ONLY_PLANS,
      ...UNFLUSHED,
    },
    max: 1,
    idle_timeout: 0,
    max_lifetime: 0,
    onnotify: onInsert,
    onclose: () => {
      isListening = false;
      isBusy = false;
    },
  };
  // The library takes its own parsed options (host, credentials, TLS) as they are, `socket` and `onnotify`. Its types do
  // not say so.
  const client = postgres(options as unknown as postgres.Options<{ bigint: postgres.PostgresType<bigint> }>);
  const db = createDatabase(client, sockets);

  return {
    db,
    async listen() {
      if (isListening) return;
      await db.execute(sql`listen outbox`);
      isListening = true;
    },
    get isBusy() {
      return isBusy;
    },
    async setBusy(shouldBeBusy) {
      if (shouldBeBusy === isBusy) return;
      try {
        const [row] = shouldBeBusy
          ? await db.execute(sql`select pg_try_advisory_lock(hashtext('outbox busy')) as done`)
          : await db.execute(sql`select pg_advisory_unlock(hashtext('outbox busy')) as done`);
        isBusy = shouldBeBusy && row?.done === true;
      } catch {
        // The connection broke, and the lock went with it.
      }
    },
    async close() {
      await client.end({ timeout: 0 });
    },
  };
}
