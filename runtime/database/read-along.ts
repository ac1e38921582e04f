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
  /** The keys of the row to begin behind, which lies within the bounds. */
  readonly after?: readonly SQL[] | undefined;
}

/**
 * The condition and the order of rows that are read along an index, in words that leave the planner no other: it guesses how
 * many rows fit, and where it is wrong it reads all there are. The columns that stand before the keys are therefore compared as
 * ranges, and ordered by as well: of a column that is equal to something the planner knows that it needs no order, and
 * takes an index without it. Of how many rows an owner has it guesses what the migrations say, since that cannot get old.
 *
 * Where the rows begin and where they end is one comparison each, of all columns at once. If there were several, Postgres might begin
 * at one that is far from the first row, and would pass over all entries of the index from there to it.
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
