import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import { compileStatements } from './compile-statements.ts';
import { connectionTarget } from './connection-target.ts';
import { limitWaiting } from './limit-waiting.ts';
import { type WatchedSockets, watchSockets } from './watched-sockets.ts';
import { withoutGaps } from './without-gaps.ts';

/**
 * A service's own database: Drizzle over a postgres.js pool.
 *
 * Statements are prepared once (prepare-on-first-use.ts) and every write is a single statement, because
 * postgres.js is not safe for interactive transactions when connections break in the middle
 * (docs/adr/0003-a-write-is-one-statement.md).
 */
export type Database = PostgresJsDatabase<Record<string, never>> & { readonly $client: Sql<{ bigint: bigint }> };

/** How to open a database; every bound has a default that suits one replica of one service. */
export interface DatabaseOptions {
  /** `postgres://user:password@host:port/name`, or for a Unix socket `postgres://user@localhost/name?host=/folder`. */
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Most connections this pool opens. */
  readonly connectionsMax?: number;
  /** The server ends a statement that runs longer than this. */
  readonly statementTimeoutMs?: number;
}

/** Pause before a broken connection is opened again. The library's own back-off grows to 20 s, an outage of its own. */
const RECONNECT_SECONDS = 0.05;

/**
 * How many statements the library may send behind the one in flight. When a connection is reset, the library forgets to
 * settle those: with any value but 0, a caller could wait forever. Its types leave the option out.
 */
const ONE_STATEMENT_IN_FLIGHT = { max_pipeline: 0 };

/**
 * Opens a pool. Nothing is sent until the first statement.
 *
 * `bigint` columns arrive as JavaScript bigints, `numeric`, `date` and `timestamptz` as text, and times are in UTC.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const target = connectionTarget(options.url);
  const { statementTimeoutMs = 10_000 } = options;
  const sockets = watchSockets(statementTimeoutMs);
  const client = postgres(target.url, {
    ...target.options,
    ...{ socket: sockets.open }, // an option that the library's types leave out
    max: options.connectionsMax ?? 10,
    ...ONE_STATEMENT_IN_FLIGHT,
    backoff: () => RECONNECT_SECONDS,
    connect_timeout: 5,
    onnotice: () => undefined,
    // The library's own query for array types rejects unhandled, and so ends the process, when its backend is killed.
    // Lists go in as JSON parameters, so nothing needs those types.
    fetch_types: false,
    types: { bigint: postgres.BigInt },
    connection: {
      application_name: options.applicationName,
      statement_timeout: statementTimeoutMs,
      // How values are read and how writes are isolated must not depend on the server's settings for its other users.
      TimeZone: 'UTC',
      DateStyle: 'ISO',
      bytea_output: 'hex',
      default_transaction_isolation: 'read committed',
      // A bitmap scan reads to its end, however soon the reader has enough. The planner chooses it where it expects few
      // rows. If there are many after all, a page of a list would cost as much as the whole list.
      enable_bitmapscan: 'off',
      // Where there is an index, a table is not read from beginning to end either, however small it was when the plan
      // was made.
      enable_seqscan: 'off',
      // By default it looks expensive to read along the index that has the order of a list, since its rows lie anywhere
      // on the disk: the planner may rather read all rows there are along another index, and sort them.
      random_page_cost: '0.01',
      seq_page_cost: '0.01',
      // Otherwise Postgres plans a statement for its values on every call where it expects a better plan from that, and
      // planning takes longer than most statements do. Speed must not depend on values, or on what statistics say about
      // them.
      plan_cache_mode: 'force_generic_plan',
      // Servers compile a plan by default when it looks expensive. That takes longer than any statement here, on every
      // call. A plan that uses a method switched off above looks the most expensive of all.
      jit: 'off',
    },
  });
  return createDatabase(client, sockets);
}

/**
 * The database behind a client of the library, which connects over `sockets`. Its prepared statements are compiled once
 * (compile-statements.ts), the number that may wait is limited (limit-waiting.ts), and connections to a server that has
 * vanished are closed (watched-sockets.ts).
 */
export function createDatabase(client: Database['$client'], sockets: WatchedSockets): Database {
  const db: Database = drizzle({ client: withoutGaps(client) });
  compileStatements(db);
  sockets.closeSilentWhile(limitWaiting(db));
  return db;
}

/**
 * Longest wait for statements in flight. It is short because the library waits all of it after a connection was lost.
 */
const CLOSE_SECONDS = 1;

/** Ends the pool: waits a moment for statements in flight, then closes their connections. */
export async function closeDatabase(db: Database): Promise<void> {
  await db.$client.end({ timeout: CLOSE_SECONDS });
}
