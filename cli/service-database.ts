import { sql } from 'drizzle-orm';
import { closeDatabase, type Database, type DatabaseOptions, openDatabase } from '../runtime/database/database.ts';
import { addressOf, connectionError, databaseUrlOf } from '../runtime/database/ensure-database.ts';
import { postgresErrorOf } from '../runtime/database/postgres-error.ts';
import type { ServiceName } from '../runtime/process/service.ts';
import type { LocalEnvironment } from './environment.ts';

/** SQLSTATE of a missing database. */
const MISSING_DATABASE = '3D000';
/** SQLSTATEs of a missing table or column. */
const ABSENT: readonly (string | undefined)[] = ['42P01', '42703'];

/**
 * Opens the database of a service, gives the result of `use`, and closes the database.
 *
 * @throws Error in plain words when Postgres cannot be reached, or the database is missing or not migrated; what `use` throws
 */
export async function useServiceDatabase<Result>(
  { databaseUrl }: Pick<LocalEnvironment, 'databaseUrl'>,
  service: ServiceName,
  use: (db: Database) => Promise<Result>,
  options: Partial<DatabaseOptions> = {},
): Promise<Result> {
  const url = databaseUrlOf(databaseUrl, service);
  const db = openDatabase({ ...options, url, applicationName: 'numer-cli' });
  try {
    return await use(db);
  } catch (error) {
    const code = postgresErrorOf(error)?.code;
    if (code === MISSING_DATABASE) {
      const [name, place] = [new URL(url).pathname.slice(1), addressOf(databaseUrl)];
      const what = `There is no database ${name} at ${place}`;
      throw new Error(`${what}; if that is the right server, run \`npx numer migrate\`.`, { cause: error });
    }
    if (ABSENT.includes(code)) {
      throw new Error(`The ${service} database is not up to date; run \`npx numer migrate\`.`, { cause: error });
    }
    throw connectionError(error, databaseUrl);
  } finally {
    await closeDatabase(db);
  }
}

/** Checks that the databases of services exist; throws like {@link useServiceDatabase}. */
export async function requireServiceDatabases(
  environment: LocalEnvironment,
  services: readonly ServiceName[],
): Promise<void> {
  for (const service of services) {
    await useServiceDatabase(environment, service, async (db) => {
      await db.execute(sql`select from outbox limit 1`);
    });
  }
}
