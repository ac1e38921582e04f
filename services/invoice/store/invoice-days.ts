import { type SQL, sql } from 'drizzle-orm';
import type { Lead } from '../../../runtime/database/read-along.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { INVOICE_STATES } from '../domain/lifecycle.ts';
import { filtersIn, type InvoiceFilters } from './invoice-filters.ts';
import { keysAlong, RANGES, WANTED_STATE } from './invoice-indexes.ts';
import { LIST_ORDERS, type ListOrder, SORT_KEYS } from './list-orders.ts';

/** The days of a range, each once for each state that has it. */
export interface EachDay {
  /** Selects `wanted_state` and `day` of each, one after the other. */
  readonly days: SQL;
  /** The leads of the index that has the invoices of the group `row_group` in the order of their creation. */
  readonly leads: readonly Lead[];
}

const ALL_STATES = sql.raw(INVOICE_STATES.map((state) => `('${state}')`).join(', '));

/**
 * The days that invoices have in the requested range, found by going from one to the next along an index. Undefined
 * unless the range is the only filter besides states, and the list is in the order of creation.
 */
export function eachDay(filters: InvoiceFilters, order: ListOrder): EachDay | undefined {
  const [name, ...others] = filtersIn(filters).filter((each) => each !== 'states');
  if (LIST_ORDERS[order].by !== 'createTime' || others.length > 0) return undefined;
  if (name !== 'issueDates' && name !== 'dueDates') return undefined;
  const { by, bounds } = RANGES[name];
  const day = SORT_KEYS[by].key;
  const firstOf = (from: SQL) => {
    const { condition, order } = keysAlong([WANTED_STATE], by, { ...bounds, from });
    return sql`select ${day} as day from invoices where ${condition} order by ${order} limit 1`;
  };
  const states =
    filters.states === undefined
      ? sql`(values ${ALL_STATES})`
      : sql`jsonb_array_elements_text(${jsonParameter('states')}::jsonb)`;
  return {
    days: sql`
      with recursive days as (
        select wanted_state, first.day from ${states} as wanted (wanted_state)
          cross join lateral (${firstOf(bounds.from)}) as first
        union all
        select wanted_state, later.day from days cross join lateral (${firstOf(sql`days.day + 1`)}) as later
      )
      select wanted_state, day from days`,
    leads: [
      { column: WANTED_STATE.column, value: sql`row_group.wanted_state` },
      { column: day, value: sql`row_group.day` },
    ],
  };
}
