import { type Placeholder, type SQL, sql } from 'drizzle-orm';

/** Most rows that fit one filter and are read and sorted. */
export const FEW_MAX = 2_000;

/** Most rows that are read in the order of a list to find those of one page. */
export const SCAN_MAX = 5_000;

/** Most groups of rows that are merged. */
export const GROUPS_MAX = 400;

/** Groups that together hold all rows that fit. An index has each group in the order of the list. */
export interface RowGroups {
  /** Selects what tells the groups apart, one group after the other, so that reading may end at any group. */
  readonly each: SQL;
  /** Selects `id` and `key` of the first rows of the group `row_group` after the cursor, as many as a page has. */
  readonly rows: SQL;
}

/** How the rows of a page are found when no index has both all filters and the order of the list. */
export interface PageSearch {
  /**
   * Selects `id` and `fits` of the rows after the cursor; `fits` tells whether the row fits all filters. It reads along
   * an index that has the order of the list, so that reading may end at any row.
   */
  readonly scan: SQL;
  /** Selects `id` and `key` of the one row with the id `few.id`, when it fits all filters and comes after the cursor. */
  readonly lookup: SQL;
  /**
   * Each selects the `id` of all rows that fit one of the filters, along an index and in any order. A row comes several
   * times when several of its entries in that index fit. The best come first.
   */
  readonly candidates: readonly SQL[];
  readonly groups?: RowGroups | undefined;
  readonly direction: 'asc' | 'desc';
  /** Most rows to find. */
  readonly limit: Placeholder;
}

/**
 * Parts of a statement that find one page of a list in bounded time, however large the table is. They do not depend on
 * the planner's guesses, which no prepared statement can rely on:
 *
 * - where the rows that fit are in {@link GROUPS_MAX} groups or fewer, the first rows of each are read and sorted;
 * - else where a filter fits {@link FEW_MAX} rows or fewer, these are read and sorted;
 * - else the list is read in its order until the page is full, but no more than {@link SCAN_MAX} rows of it. A page may
 *   then be shorter than asked for (AIP-158), and the next one begins where reading ended.
 *
 * `found` has the `id` of the rows, in no particular order. `scan_end` has the `id` of the row at which reading ended;
 * it is empty when the page is full, or has the last of all rows that fit.
 */
export function findPage({ scan, lookup, candidates, groups, direction, limit }: PageSearch): SQL {
  const order = sql.raw(direction);
  const areGrouped =
    groups === undefined ? sql`false` : sql`(select count(*) from row_groups) <= ${number(GROUPS_MAX)}`;
  const few = candidates.map((_, index) => sql.identifier(`few_${index}`));
  const isFew = (name: (typeof few)[number]) => sql`(select count(*) from ${name}) <= ${number(FEW_MAX)}`;
  const areMany = sql.join([sql`not ${areGrouped}`, ...few.map((name) => sql`not ${isFew(name)}`)], sql` and `);
  const parts = few.map((name, index) => {
    const before = few.slice(0, index).map((other) => sql`not ${isFew(other)} and `);
    return sql`select distinct id from ${name} where ${sql.join(before)}${isFew(name)}`;
  });
  const first = (rows: SQL) =>
    sql`(select hit.id from ${rows} order by hit.key ${order}, hit.id ${order} limit ${limit}) union all`;
  return sql.join([
    groups === undefined
      ? sql``
      : sql`row_groups as materialized (select * from (${groups.each}) as row_group limit ${number(GROUPS_MAX + 1)}),`,
    ...candidates.map(
      (candidate, index) => sql`${few[index]} as materialized (
        select id from (${candidate}) as candidate where not ${areGrouped} limit ${number(FEW_MAX + 1)}
      ),`,
    ),
    few.length === 0 ? sql`` : sql`few as materialized (${sql.join(parts, sql` union all `)}),`,
    sql`scanned as materialized (${scan} limit ${number(SCAN_MAX)}),`,
    sql`found as materialized (
      ${groups === undefined ? sql`` : first(sql`row_groups as row_group cross join lateral (${groups.rows}) as hit where ${areGrouped}`)}
      ${few.length === 0 ? sql`` : first(sql`few cross join lateral (${lookup}) as hit`)}
      (select id from scanned where fits and ${areMany} limit ${limit})
    ),
    scan_end as (
      select id from scanned where ${areMany} and (select count(*) from found) < ${limit}
      limit 1 offset ${number(SCAN_MAX - 1)}
    )`,
  ]);
}

function number(value: number): SQL {
  return sql.raw(String(value));
}
