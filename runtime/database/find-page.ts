import { type Placeholder, type SQL, sql } from 'drizzle-orm';

/** So many rows that fit a filter, and no more, are read and sorted. */
export const FEW_MAX = 2_000;

/** So many rows, and no more, are read in the order of a list to find those of one page. */
export const SCAN_MAX = 5_000;

/** How the rows of a page are found when no index has both all filters and the order of the list. */
export interface PageSearch {
  /**
   * Selects `id` and `fits`, whether the row fits all filters, of the rows after the cursor. It reads along an index that has
   * the order of the list, so that reading may end at any row.
   */
  readonly scan: SQL;
  /** Selects `id` and `key` of the row with the id `few.id`, when it fits all filters and comes after the cursor. */
  readonly lookup: SQL;
  /** Each selects `id` of all rows that fit one of the filters, along an index and in any order. The best come first. */
  readonly candidates: readonly SQL[];
  readonly direction: 'asc' | 'desc';
  /** Most rows to find. */
  readonly limit: Placeholder;
}

/**
 * Parts of a statement that find one page of a list in bounded time, however large the table is. They do without the
 * planner's guesses, which no prepared statement can rely on:
 *
 * - where a filter fits {@link FEW_MAX} rows or fewer, these are read and sorted;
 * - else the list is read in its order until the page is full, but no more than {@link SCAN_MAX} rows of it. A page may then
 *   be shorter than asked for (AIP-158), and the next one begins where reading ended.
 *
 * `found` has the `id` of the rows, in no particular order. `scan_end` has the `id` of the row at which reading
 * ended; it is empty when the page is full, or has the last of all rows that fit.
 */
export function findPage({ scan, lookup, candidates, direction, limit }: PageSearch): SQL {
  const order = sql.raw(direction);
  const few = candidates.map((_, index) => sql.identifier(`few_${index}`));
  const isFew = (name: SQL | (typeof few)[number]) =>
    sql`(select count(*) from ${name}) <= ${sql.raw(String(FEW_MAX))}`;
  const areMany = sql.join([sql`true`, ...few.map((name) => sql`not ${isFew(name)}`)], sql` and `);
  const parts = few.map((name, index) => {
    const before = few.slice(0, index).map((other) => sql`not ${isFew(other)} and `);
    return sql`select id from ${name} where ${sql.join(before)}${isFew(name)}`;
  });
  const sorted = sql`(
    select hit.id from few cross join lateral (${lookup} limit 1) as hit
    order by hit.key ${order}, hit.id ${order} limit ${limit}
  ) union all`;
  return sql.join([
    ...candidates.map(
      (candidate, index) =>
        sql`${few[index]} as materialized (select id from (${candidate}) as candidate limit ${sql.raw(String(FEW_MAX + 1))}),`,
    ),
    few.length === 0 ? sql`` : sql`few as materialized (${sql.join(parts, sql` union all `)}),`,
    sql`scanned as materialized (${scan} limit ${sql.raw(String(SCAN_MAX))}),`,
    sql`found as materialized (
      ${few.length === 0 ? sql`` : sorted} (select id from scanned where fits and ${areMany} limit ${limit})
    ),
    scan_end as (
      select id from scanned where ${areMany} and (select count(*) from found) < ${limit}
      limit 1 offset ${sql.raw(String(SCAN_MAX - 1))}
    )`,
  ]);
}
