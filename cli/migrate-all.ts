import { databaseUrlOf, ensureDatabase } from '../runtime/database/ensure-database.ts';
import { migrate } from '../runtime/database/migrate.ts';
import { migrationsOf } from '../runtime/process/start-service.ts';
import { joinLocalEnvironment } from './environment.ts';
import { SERVICES } from './services.ts';

/** `numer migrate`: brings the database of each service to the newest migration, and says which migrations were missing. */
export async function migrateAll(): Promise<void> {
  const environment = await joinLocalEnvironment();
  try {
    for (const definition of SERVICES) {
      await ensureDatabase(environment.databaseUrl, definition.name);
      const applied = await migrate(databaseUrlOf(environment.databaseUrl, definition.name), migrationsOf(definition));
      process.stdout.write(`${definition.name}: ${applied.length === 0 ? 'up to date' : applied.join(', ')}\n`);
    }
  } finally {
    await environment.close();
  }
}
