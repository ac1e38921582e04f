import { closeDatabase, type Database, type DatabaseOptions, openDatabase } from '../runtime/database/database.ts';
import { connectionError, databaseUrlOf } from '../runtime/database/ensure-database.ts';
import { postgresErrorOf } from '../runtime/database/postgres-error.ts';
import type { ServiceName } from '../runtime/service.ts';
import type { LocalEnvironment } from './environment.ts';

/** SQLSTATEs of a database, table or column that is not there. */
const ABSENT: readonly (string | undefined)[] = ['3D000', '42P01', '42703'];

/**
 * Opens the database of a service for what a command does on it, and closes it again.
 *
 * @throws Error in plain words when Postgres cannot be reached or the database is not migrated; what `use` throws
 */
export async function useServiceDatabase(
  { databaseUrl }: LocalEnvironment,
  service: ServiceName,
  use: (db: Database) => Promise<void>,
  options: Partial<DatabaseOptions> = {},
): Promise<void> {
  const db = openDatabase({ ...options, url: databaseUrlOf(databaseUrl, service), applicationName: 'numer-cli' });
  try {
    await use(db);
  } catch (error) {
    if (ABSENT.includes(postgresErrorOf(error)?.code)) {
      throw new Error(`The ${service} database is not up to date; run \`npx numer migrate\`.`, { cause: error });
    }
    throw connectionError(error, databaseUrl);
  } finally {
    await closeDatabase(db);
  }
}
