import { type SQL, sql } from 'drizzle-orm';
import { rowsOfRarestTerm } from '../../../runtime/database/search-terms.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { CONDITIONS, type FilterName, filtersIn, type InvoiceFilters, OWNED } from './invoice-filters.ts';
import { LIST_ORDERS, type ListOrder, SORT_KEYS, type SortKeyName } from './list-orders.ts';

/**
 * What can be read along an index, in words that leave the planner no other: it guesses how many rows fit from the values it
 * has seen, or in a prepared statement from none, and where it is wrong it reads all there are. A column that stands before
 * the sort key is therefore compared as a range, and ordered by as well: of a column that is equal to something the planner
 * knows that it needs no order, and takes an index without it.
 */
export interface Lead {
  readonly column: SQL;
  readonly value: SQL;
}

/** A lead that is the value of a filter, and the sort keys that stand behind it. */
interface FilterLead extends Lead {
  readonly filter: FilterName;
  readonly sortedBy: readonly SortKeyName[];
}

const LEADS: readonly FilterLead[] = [
  {
    filter: 'customerId',
    column: sql`invoices.customer_id`,
    value: sql`${sql.placeholder('customerId')}::uuid`,
    sortedBy: ['createTime', 'dueDate'],
  },
  {
    filter: 'states',
    column: sql`invoices.state`,
    value: sql`${sql.placeholder('state')}::text`,
    sortedBy: ['createTime', 'dueDate', 'issueDate', 'total', 'number'],
  },
  {
    filter: 'currencyCode',
    column: sql`invoices.currency_code`,
    value: sql`${sql.placeholder('currencyCode')}::text`,
    sortedBy: ['createTime', 'dueDate', 'total'],
  },
];

/** The filters by a range of what invoices are sorted by: reading in that order begins and ends there. */
const RANGES: Readonly<Partial<Record<FilterName, SortKeyName>>> = {
  totals: 'total',
  issueDates: 'issueDate',
  dueDates: 'dueDate',
};

/** The lead for invoices of one of several states, the column `wanted_state`. */
export const WANTED_STATE: Lead = { column: sql`invoices.state`, value: sql`wanted_state` };

/** The filters that an index with the order of the list takes care of: its lead, and ranges of what it is ordered by. */
export interface Coverage {
  readonly lead: FilterLead | undefined;
  readonly ranges: readonly FilterName[];
}

/** The best index that has the order of the list; one without a lead is always there. */
export function coverageOf(filters: InvoiceFilters, order: ListOrder): Coverage {
  const { by } = LIST_ORDERS[order];
  const lead = LEADS.find(({ filter, sortedBy }) => isUsedAlone(filters, filter) && sortedBy.includes(by));
  const ranges = filtersIn(filters).filter((name) => RANGES[name] === by);
  return { lead, ranges };
}

function isUsedAlone(filters: InvoiceFilters, filter: FilterName): boolean {
  return filter === 'states' ? filters.states?.length === 1 : filters[filter] !== undefined;
}

/** The condition of invoices that are read along an index: owner, lead, and what else there is. */
export function indexed(lead: Lead | undefined, conditions: readonly SQL[]): SQL {
  const led = lead === undefined ? [] : [sql`${lead.column} between ${lead.value} and ${lead.value}`];
  return sql.join([OWNED, ...led, ...conditions], sql` and `);
}

/** The order of the index that has the lead before the sort key and the id. */
export function inOrder(lead: Lead | undefined, by: SortKeyName, direction: 'asc' | 'desc'): SQL {
  const columns = [...(lead === undefined ? [] : [lead.column]), SORT_KEYS[by].key, sql`invoices.id`];
  return sql.join(
    columns.map((column) => sql`${column} ${sql.raw(direction)}`),
    sql`, `,
  );
}

/** Selects the ids of all invoices that fit a filter, along its index; undefined when it has none. */
export function candidatesOf(name: FilterName, filters: InvoiceFilters): SQL | undefined {
  switch (name) {
    case 'notOverdueOn':
      return undefined;
    case 'terms':
      return rowsOfRarestTerm('invoice_terms', 'invoice_id');
    case 'number':
      return sql`select invoices.id from invoices where ${indexed(undefined, [CONDITIONS.number])}`;
    case 'numberPrefix':
      return sql`select invoices.id from invoices where ${indexed(undefined, [CONDITIONS.numberPrefix])} order by invoices.number`;
    case 'states':
      return sql`select one.id from jsonb_array_elements_text(${jsonParameter('states')}::jsonb) as wanted (wanted_state)
        cross join lateral (${readAlong(WANTED_STATE, 'createTime')}) as one`;
    case 'customerId':
    case 'currencyCode':
      return readAlong(
        LEADS.find(({ filter }) => filter === name),
        'createTime',
      );
    default: {
      const isOneState = filters.states?.length === 1;
      const state = isOneState ? LEADS.find(({ filter }) => filter === 'states') : undefined;
      return readAlong(state, RANGES[name] ?? 'createTime', [CONDITIONS[name]]);
    }
  }
}

function readAlong(lead: Lead | undefined, by: SortKeyName, conditions: readonly SQL[] = []): SQL {
  return sql`select invoices.id from invoices where ${indexed(lead, conditions)} order by ${inOrder(lead, by, 'asc')}`;
}
