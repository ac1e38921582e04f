import postgres from 'postgres';
import { connectionTarget } from './connection-target.ts';
import { postgresErrorOf } from './postgres-error.ts';

const MISSING_DATABASE = '3D000';
const DUPLICATE_DATABASE = '42P04';
/** Two replicas that create a database at the same moment: one of them breaks the catalogue's unique index. */
const UNIQUE_VIOLATION = '23505';

/** The URL of one service's database on the server that `serverUrl` names: database `numer_<service>`. */
export function databaseUrlOf(serverUrl: string, service: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/numer_${service}`;
  return url.href;
}

/**
 * Creates the service's database unless it is there.
 *
 * @throws Error naming the database when the role may not create it.
 */
export async function ensureDatabase(serverUrl: string, service: string): Promise<void> {
  const name = `numer_${service}`;
  const target = connectionTarget(serverUrl);
  const sql = postgres(target.url, {
    ...target.options,
    max: 1,
    connect_timeout: 10,
    // Nothing here is of those types, and asking for them takes longer than all the rest.
    fetch_types: false,
    onnotice: () => undefined,
  });
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${name}`;
    if (found === undefined) await sql`create database ${sql(name)}`;
  } catch (error) {
    const code = postgresErrorOf(error)?.code ?? '';
    if (code === DUPLICATE_DATABASE || code === UNIQUE_VIOLATION) return;
    throw new Error(
      `The database ${name} cannot be created; create it by hand or let the role of DATABASE_URL do so.`,
      {
        cause: error,
      },
    );
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/**
 * Does what begins by connecting to the service's database, which is made when that finds none; a look whether it is there would
 * take a connection more at each start.
 *
 * @throws as {@link ensureDatabase}, and what `start` throws
 */
export async function withDatabase<Result>(
  serverUrl: string,
  service: string,
  start: () => Promise<Result>,
): Promise<Result> {
  try {
    return await start();
  } catch (error) {
    if (postgresErrorOf(error)?.code !== MISSING_DATABASE) throw error;
  }
  await ensureDatabase(serverUrl, service);
  return start();
}
