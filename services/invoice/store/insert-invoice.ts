import { getTableColumns, type SQL, sql, type WithSubquery } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { invoices } from './schema.ts';

/**
 * The part of a write statement, `created`, that stores the invoice of the placeholders named like its columns, once if
 * `source` has one row and not at all if it has none.
 */
export function insertInvoice(db: Database, source: WithSubquery) {
  const parameters: Readonly<Record<string, SQL>> = columnParameters(invoices);
  // In the order in which Drizzle names the columns. It leaves out those that Postgres generates.
  const values = Object.entries(getTableColumns(invoices)).flatMap(([name, column]) =>
    column.generated === undefined ? [parameters[name] ?? sql`null`] : [],
  );
  return db.$with('created').as(
    db
      .insert(invoices)
      .select(sql`select ${sql.join(values, sql`, `)} from ${source}`)
      .returning({ id: invoices.id }),
  );
}
