import { getTableColumns, type SQL, sql, type Table } from 'drizzle-orm';

/** The placeholders of a table's columns, by the names of its fields. */
export type ColumnParameters<T extends Table> = { readonly [Name in keyof T['_']['columns']]: SQL };

/**
 * A placeholder for each column of a table, named like its field and encoded like it. Null stays null, which the
 * columns' own encoders do not ensure. So `execute({ ...row })` gives a prepared statement a whole row.
 */
export function columnParameters<T extends Table>(table: T): ColumnParameters<T> {
  const entries = Object.entries(getTableColumns(table)).map(([name, column]) => {
    const mapToDriverValue = (value: unknown) => (value === null ? null : column.mapToDriverValue(value));
    return [name, sql`${sql.param(sql.placeholder(name), { mapToDriverValue })}`];
  });
  return Object.fromEntries(entries) as ColumnParameters<T>; // has a key for each column, since it was built from them
}
