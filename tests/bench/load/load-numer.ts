import type postgres from 'postgres';
import { SERVICES } from '../../../cli/services.ts';
import { databaseUrlOf, ensureDatabase } from '../../../runtime/database/ensure-database.ts';
import { migrate } from '../../../runtime/database/migrate.ts';
import { openConnection } from '../../../runtime/database/open-connection.ts';
import type { ServiceName } from '../../../runtime/process/service.ts';
import { migrationsOf } from '../../../runtime/process/start-service.ts';
import type { DatasetSize } from '../dataset.ts';
import { loadInvoices } from './load-invoices.ts';
import { loadActivities, loadReminders, loadStats } from './load-projections.ts';
import { loadUsers } from './load-users.ts';
import type { NumberRange } from './numbered-invoices.ts';

/** How to fill the databases that have data of invoices. */
const INVOICE_LOADERS = {
  invoice: loadInvoices,
  stats: loadStats,
  reminder: loadReminders,
  activity: loadActivities,
} as const;

/** A service whose database has data of invoices. */
export type InvoiceDatabase = keyof typeof INVOICE_LOADERS;

const ALL = Object.keys(INVOICE_LOADERS) as InvoiceDatabase[];

/** Makes the databases of Numer on a server, as `numer migrate` does, and fills them with users, customers and invoices. */
export async function loadNumer(serverUrl: string, size: DatasetSize, databases = ALL): Promise<void> {
  for (const definition of SERVICES) {
    await ensureDatabase(serverUrl, definition.name);
    await migrate(databaseUrlOf(serverUrl, definition.name), migrationsOf(definition));
  }
  await withDatabase(serverUrl, 'user', (sql) => loadUsers(sql, size));
  await loadInvoiceRange(serverUrl, size, { from: 0, to: size.invoices }, databases);
}

/** Adds the invoices of a range to databases that have their users. */
export async function loadInvoiceRange(
  serverUrl: string,
  size: DatasetSize,
  range: NumberRange,
  databases = ALL,
): Promise<void> {
  for (const name of databases) {
    await withDatabase(serverUrl, name, (sql) => INVOICE_LOADERS[name](sql, size, range));
  }
}

async function withDatabase(
  serverUrl: string,
  service: ServiceName,
  load: (sql: postgres.Sql) => Promise<void>,
): Promise<void> {
  const sql = openConnection(databaseUrlOf(serverUrl, service), { fetch_types: true });
  try {
    await load(sql);
    // Autovacuum would have done this by the time so much data exists.
    await sql`vacuum analyze`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}
