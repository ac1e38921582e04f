import { type SQL, sql } from 'drizzle-orm';

/** A column of which only the rows with one value are read. */
export interface Lead {
  readonly column: SQL;
  readonly value: SQL;
}

/** Rows that lie together in an index. */
export interface IndexRange {
  /** The first column of the index. */
  readonly owner: Lead;
  /** The columns behind it, each read for one value only. */
  readonly leads: readonly Lead[];
  /** The columns behind those, which the rows are sorted by. The last one makes the order total. */
  readonly keys: readonly SQL[];
  readonly direction: 'asc' | 'desc';
  /** First and last value of the first key, both included. */
  readonly bounds?: { readonly from: SQL; readonly to: SQL } | undefined;
  /** The keys of the row to begin after. */
  readonly after?: readonly SQL[] | undefined;
}

/**
 * The condition and the order of rows that are read along an index, written so that the planner cannot choose another
 * index. The planner guesses how many rows fit, and where it is wrong it reads all there are. The columns before the
 * keys are therefore compared as ranges, and are part of the order as well. For a column compared with `=`, the planner
 * knows that no sorting is needed, and takes an index without that column. For the number of rows of an owner, it uses
 * what the migrations set, which cannot become outdated.
 */
export function readAlong({ owner, leads, keys, direction, bounds, after }: IndexRange): {
  readonly condition: SQL;
  readonly order: SQL;
} {
  const columns = [...leads.map(({ column }) => column), ...keys];
  const conditions = [sql`${owner.column} = ${owner.value}`];
  for (const { column, value } of leads) conditions.push(sql`${column} between ${value} and ${value}`);
  if (bounds !== undefined) conditions.push(sql`${keys[0]} between ${bounds.from} and ${bounds.to}`);
  if (after !== undefined) {
    const start = [...leads.map(({ value }) => value), ...after];
    conditions.push(sql`(${list(columns)}) ${sql.raw(direction === 'asc' ? '>' : '<')} (${list(start)})`);
  }
  return {
    condition: sql.join(conditions, sql` and `),
    order: list(columns.map((column) => sql`${column} ${sql.raw(direction)}`)),
  };
}

function list(parts: readonly SQL[]): SQL {
  return sql.join([...parts], sql`, `);
}
