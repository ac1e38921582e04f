import { type SQL, sql } from 'drizzle-orm';
import { type IndexRange, type Lead, readAlong } from '../../../runtime/database/read-along.ts';
import { rowsOfRarestTerm } from '../../../runtime/database/search-terms.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import {
  BEHIND_PREFIX,
  CONDITIONS,
  type FilterName,
  filtersIn,
  type InvoiceFilters,
  OWNER,
} from './invoice-filters.ts';
import { LIST_ORDERS, type ListOrder, SORT_KEYS, type SortKeyName } from './list-orders.ts';

/** A lead that is the value of a filter, and the sort keys that follow it in an index. */
interface FilterLead extends Lead {
  readonly filter: FilterName;
  readonly sortedBy: readonly SortKeyName[];
}

const LEADS: readonly FilterLead[] = [
  {
    filter: 'recurringInvoiceId',
    column: sql`invoices.recurring_invoice_id`,
    value: sql`${sql.placeholder('recurringInvoiceId')}::uuid`,
    sortedBy: ['createTime'],
  },
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

/** The filters by a range of a sort key: reading in the order of the key begins and ends at the bounds. */
export const RANGES = {
  totals: rangeOf('total', 'totalFrom', 'totalTo', 'bigint'),
  issueDates: rangeOf('issueDate', 'issueDateFrom', 'issueDateTo', 'date'),
  dueDates: rangeOf('dueDate', 'dueDateFrom', 'dueDateTo', 'date'),
} as const satisfies Readonly<Partial<Record<FilterName, KeyRange>>>;

/** A range of a sort key. */
export interface KeyRange {
  readonly by: SortKeyName;
  readonly bounds: { readonly from: SQL; readonly to: SQL };
}

function rangeOf(by: SortKeyName, from: string, to: string, type: string): KeyRange {
  const end = (name: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}`;
  return { by, bounds: { from: end(from), to: end(to) } };
}

const isRange = (name: FilterName): name is keyof typeof RANGES => Object.hasOwn(RANGES, name);

/** The lead for invoices of one of several states, the column `wanted_state`. */
export const WANTED_STATE: Lead = { column: sql`invoices.state`, value: sql`wanted_state` };

/**
 * The filters that an index with the order of the list covers, and how: by its leads, and by a range of its sort key.
 */
export interface Coverage {
  readonly filters: readonly FilterName[];
  readonly leads: readonly Lead[];
  readonly bounds: KeyRange['bounds'] | undefined;
}

/** The best index that has the order of the list; there is always one without a lead. */
export function coverageOf(filters: InvoiceFilters, order: ListOrder): Coverage {
  const { by } = LIST_ORDERS[order];
  const lead = LEADS.find(({ filter, sortedBy }) => isUsedAlone(filters, filter) && sortedBy.includes(by));
  const range = filtersIn(filters)
    .filter(isRange)
    .find((name) => RANGES[name].by === by);
  return {
    filters: [lead?.filter, range].filter((name) => name !== undefined),
    leads: lead === undefined ? [] : [lead],
    bounds: range && RANGES[range].bounds,
  };
}

function isUsedAlone(filters: InvoiceFilters, filter: FilterName): boolean {
  return filter === 'states' ? filters.states?.length === 1 : filters[filter] !== undefined;
}

/** Where invoices are read along the index that has the leads before a sort key and the id. */
export function invoicesAlong(
  leads: readonly Lead[],
  by: SortKeyName,
  range: Pick<IndexRange, 'direction' | 'bounds' | 'after'>,
) {
  return readAlong({ owner: OWNER, leads, keys: [SORT_KEYS[by].key, sql`invoices.id`], ...range });
}

/** The same where the order of equal keys does not matter: along any index that has the leads before the sort key. */
export function keysAlong(leads: readonly Lead[], by: SortKeyName, bounds?: KeyRange['bounds']) {
  return readAlong({ owner: OWNER, leads, keys: [SORT_KEYS[by].key], direction: 'asc', bounds });
}

/** Selects the ids of all invoices that match a filter, along its index; undefined when it has none. */
export function candidatesOf(name: FilterName, filters: InvoiceFilters): SQL | undefined {
  switch (name) {
    case 'notOverdueOn':
      return undefined;
    case 'terms':
      return rowsOfRarestTerm('invoice_terms', 'invoice_id');
    case 'quoteId':
      // A quote becomes one invoice, so its id alone finds it.
      return sql`select invoices.id from invoices where ${OWNER.column} = ${OWNER.value} and ${CONDITIONS.quoteId}`;
    case 'number':
      return idsOf(numbersAlong(sql`${sql.placeholder('number')}::text`, sql`${sql.placeholder('number')}::text`));
    case 'numberPrefix':
      return idsOf(numbersAlong(sql`${sql.placeholder('numberPrefix')}::text`, BEHIND_PREFIX));
    case 'states':
      return sql`select one.id from jsonb_array_elements_text(${jsonParameter('states')}::jsonb) as wanted (wanted_state)
        cross join lateral (${idsOf(keysAlong([WANTED_STATE], 'createTime'))}) as one`;
    case 'recurringInvoiceId':
    case 'customerId':
    case 'currencyCode':
      return idsOf(keysAlong(leadsOf(name), 'createTime'));
    default: {
      const { by, bounds } = RANGES[name];
      return idsOf(keysAlong(filters.states?.length === 1 ? leadsOf('states') : [], by, bounds));
    }
  }
}

function leadsOf(name: FilterName): readonly Lead[] {
  return LEADS.filter(({ filter }) => filter === name);
}

function numbersAlong(from: SQL, to: SQL) {
  return readAlong({ owner: OWNER, leads: [], keys: [sql`invoices.number`], direction: 'asc', bounds: { from, to } });
}

function idsOf({ condition, order }: ReturnType<typeof readAlong>): SQL {
  return sql`select invoices.id from invoices where ${condition} order by ${order}`;
}
