import { and, eq, type SQL, sql, type WithSubquery } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';

/** A table of rows that have an owner, and a version that goes up by one with each change. */
type VersionedTable = PgTable & { readonly id: PgColumn; readonly ownerId: PgColumn; readonly version: PgColumn };

/**
 * The part of a write statement, `changed`, that sets these fields of a row, its version and its update time to the placeholders named
 * like them. It does so only if the row is in the version before, and the condition holds.
 */
export function changeRow<Table extends VersionedTable>(
  db: Database,
  table: Table,
  fields: readonly (keyof Table['_']['columns'] & string)[],
  condition?: SQL,
): WithSubquery {
  const parameters = columnParameters<PgTable>(table);
  const values = ['version', 'updateTime', ...fields].map((field) => [field, parameters[field]]);
  return db.$with('changed').as(
    db
      .update<PgTable>(table)
      .set(Object.fromEntries(values))
      .where(
        and(
          eq(table.id, parameters.id),
          eq(table.ownerId, parameters.ownerId),
          sql`${table.version} + 1 = ${parameters.version}`,
          condition,
        ),
      )
      .returning({ id: table.id, ownerId: table.ownerId }),
  );
}

/**
 * The part of a write statement, `deleted`, that deletes the row of the placeholders `id`, `ownerId` and `version`, if it is in that
 * version and the condition holds.
 */
export function deleteRow(db: Database, table: VersionedTable, condition?: SQL): WithSubquery {
  const parameters = columnParameters(table);
  return db.$with('deleted').as(
    db
      .delete(table)
      .where(
        and(
          eq(table.id, parameters.id),
          eq(table.ownerId, parameters.ownerId),
          eq(table.version, parameters.version),
          condition,
        ),
      )
      .returning({ id: table.id }),
  );
}
