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
  /** The keys of the row to begin after, which lies within the bounds. */
  readonly after?: readonly SQL[] | undefined;
}

/**
 * The condition and the order of rows that are read along an index, written so that the planner cannot choose another
 * index. The planner guesses how many rows fit, and where it is wrong it reads all there are. The columns before the
 * keys are therefore compared as ranges, and are part of the order as well. For a column compared with `=`, the planner
 * knows that no sorting is needed, and takes an index without that column. For the number of rows of an owner, it uses
 * what the migrations set, which cannot become outdated.
 *
 * The beginning and the end of the rows are one comparison each, of all columns at once. With several, Postgres may start
 * at one that is far from the first row, and pass over all index entries in between.
 */
export function readAlong({ owner, leads, keys, direction, bounds, after }: IndexRange): {
  readonly condition: SQL;
  readonly order: SQL;
} {
  const columns = [...leads.map(({ column }) => column), ...keys];
  const values = leads.map(({ value }) => value);
  const lowest = bounds === undefined ? values : [...values, bounds.from];
  const highest = bounds === undefined ? values : [...values, bounds.to];
  const [first, last] = direction === 'asc' ? [lowest, highest] : [highest, lowest];
  const [behind, before] = direction === 'asc' ? ['>', '<'] : ['<', '>'];
  const start =
    after === undefined ? compare(columns, `${behind}=`, first) : compare(columns, behind, [...values, ...after]);
  const conditions = [sql`${owner.column} = ${owner.value}`, start, compare(columns, `${before}=`, last)];
  return {
    condition: sql.join(
      conditions.filter((condition) => condition !== undefined),
      sql` and `,
    ),
    order: list(columns.map((column) => sql`${column} ${sql.raw(direction)}`)),
  };
}

/** Compares the first columns with as many values, as rows; undefined when there are no values. */
function compare(columns: readonly SQL[], operator: string, values: readonly SQL[]): SQL | undefined {
  if (values.length === 0) return undefined;
  return sql`(${list(columns.slice(0, values.length))}) ${sql.raw(operator)} (${list(values)})`;
}

function list(parts: readonly SQL[]): SQL {
  return sql.join([...parts], sql`, `);
}
