import { codeOf } from '../events/failure-reason.ts';
import { openConnection } from './open-connection.ts';
import { isDatabaseUnavailable, postgresErrorOf } from './postgres-error.ts';

const MISSING_DATABASE = '3D000';
const DUPLICATE_DATABASE = '42P04';
/** The role lacks the permission. */
const INSUFFICIENT_PRIVILEGE = '42501';
/** Two replicas create a database at the same moment: one of them violates the catalogue's unique index. */
const UNIQUE_VIOLATION = '23505';

/** The URL of one service's database on the server that `serverUrl` names: database `numer_<service>`. */
export function databaseUrlOf(serverUrl: string, service: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/numer_${service}`;
  return url.href;
}

/**
 * Creates the service's database if it does not exist.
 *
 * @throws Error naming the database when the role may not create it, or the server when it cannot be reached
 */
export async function ensureDatabase(serverUrl: string, service: string): Promise<void> {
  const name = `numer_${service}`;
  const sql = openConnection(serverUrl);
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${name}`;
    if (found === undefined) await sql`create database ${sql(name)}`;
  } catch (error) {
    const code = postgresErrorOf(error)?.code ?? '';
    if (code === DUPLICATE_DATABASE || code === UNIQUE_VIOLATION) return;
    if (code === INSUFFICIENT_PRIVILEGE) {
      throw new Error(
        `The database ${name} cannot be created; create it by hand, or allow the role of DATABASE_URL to create databases.`,
        { cause: error },
      );
    }
    throw code === MISSING_DATABASE ? serverError(error, serverUrl) : connectionError(error, serverUrl);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/**
 * Runs `start`, which begins by connecting to the service's database. When the database does not exist, creates it and
 * runs `start` again. Looking for it first would take one more connection at each start.
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
    if (postgresErrorOf(error)?.code !== MISSING_DATABASE) throw connectionError(error, serverUrl);
  }
  await ensureDatabase(serverUrl, service);
  return start();
}

/**
 * An error of connecting to a server, as a sentence that names the server and its variable; any other error as it is.
 */
export function connectionError(error: unknown, serverUrl: string): unknown {
  return isDatabaseUnavailable(error) ? serverError(error, serverUrl) : error;
}

function serverError(cause: unknown, serverUrl: string): Error {
  const answer = postgresErrorOf(cause)?.message;
  const what = answer === undefined ? `cannot be reached (${codeOf(cause)})` : `answers: ${answer}`;
  return new Error(`Postgres at ${addressOf(serverUrl)} (DATABASE_URL) ${what}.`, { cause });
}

/** Where a server is, as a person would say it: host and port, or the folder of its socket. */
export function addressOf(serverUrl: string): string {
  const { hostname, port, searchParams } = new URL(serverUrl);
  return searchParams.get('host') ?? `${hostname || 'localhost'}:${port || '5432'}`;
}
