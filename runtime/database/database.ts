import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import { compileStatements } from './compile-statements.ts';
import { connectionTarget } from './connection-target.ts';
import { limitWaiting } from './limit-waiting.ts';
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
 * How many statements the library may send behind the one in flight. When a connection is reset, it forgets to settle those: with
 * any but 0, whoever waits for one does so for good. Its types leave the option out.
 */
const ONE_STATEMENT_IN_FLIGHT = { max_pipeline: 0 };

/**
 * Opens a pool. Nothing is sent until the first statement.
 *
 * `bigint` columns arrive as JavaScript bigints, `numeric`, `date` and `timestamptz` as text, and times are in UTC.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const target = connectionTarget(options.url);
  const client = postgres(target.url, {
    ...target.options,
    max: options.connectionsMax ?? 10,
    ...ONE_STATEMENT_IN_FLIGHT,
    backoff: () => RECONNECT_SECONDS,
    connect_timeout: 5,
    onnotice: () => undefined,
    // The library's own query for array types rejects into nowhere, and ends the process, when its backend is killed.
    // Lists go in as JSON parameters, so nothing needs those types.
    fetch_types: false,
    types: { bigint: postgres.BigInt },
    connection: {
      application_name: options.applicationName,
      statement_timeout: options.statementTimeoutMs ?? 10_000,
      // What is read and how writes meet each other must not depend on what a server has for its other users.
      TimeZone: 'UTC',
      DateStyle: 'ISO',
      bytea_output: 'hex',
      default_transaction_isolation: 'read committed',
      // A bitmap is read to its end, however soon the reader has enough. It is chosen where few rows are expected, and where
      // many are there after all, a page of a list would cost as much as the whole list.
      enable_bitmapscan: 'off',
      // Nor is a table read from its beginning to its end where there is an index, however small it was when that was planned.
      enable_seqscan: 'off',
      // Otherwise a statement is planned for its values on every call where that seems to find a better plan, and that takes
      // longer than most statements do. What is fast must not depend on values, nor on what statistics say of them.
      plan_cache_mode: 'force_generic_plan',
      // Compiling a plan, which servers do by default where it seems expensive, takes longer than any statement here, on every
      // call. A plan with a way that is switched off above seems the most expensive of all.
      jit: 'off',
    },
  });
  return createDatabase(client);
}

/** The database behind a client of the library. Its prepared statements work out once what they do, and so many wait at most. */
export function createDatabase(client: Database['$client']): Database {
  const db: Database = drizzle({ client: withoutGaps(client) });
  compileStatements(db);
  limitWaiting(db);
  return db;
}

/** Longest wait for statements in flight. Once a connection was lost, the library waits out all of it, so it is short. */
const CLOSE_SECONDS = 1;

/** Ends the pool: waits a moment for statements in flight, then closes their connections. */
export async function closeDatabase(db: Database): Promise<void> {
  await db.$client.end({ timeout: CLOSE_SECONDS });
}
