import { type SQL, sql } from 'drizzle-orm';
import type { Lead } from '../../../runtime/database/read-along.ts';
import type { SearchTerms } from '../../../runtime/database/search-terms.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import type { InvoiceState } from '../domain/lifecycle.ts';

/** Which invoices of an owner; undefined filters do not apply. Days are `YYYY-MM-DD`, both ends of ranges included. */
export interface InvoiceFilters {
  readonly quoteId?: string | undefined;
  readonly number?: string | undefined;
  readonly recurringInvoiceId?: string | undefined;
  readonly terms?: SearchTerms | undefined;
  readonly customerId?: string | undefined;
  readonly numberPrefix?: string | undefined;
  readonly totals?: Range<bigint> | undefined;
  readonly issueDates?: Range<string> | undefined;
  readonly dueDates?: Range<string> | undefined;
  readonly currencyCode?: string | undefined;
  /** In one of these states. No invoice matches an empty list. */
  readonly states?: readonly InvoiceState[] | undefined;
  /** Leaves out those that are open and were due before this day. */
  readonly notOverdueOn?: string | undefined;
}

/** From one value to another, both included. */
export interface Range<T> {
  readonly from: T;
  readonly to: T;
}

/** Name of a filter. */
export type FilterName = keyof InvoiceFilters;

/** Sorts after all numbers with the prefix: it ends in the last character that there is, which no number has. */
export const BEHIND_PREFIX = sql`${sql.placeholder('numberPrefix')}::text || chr(1114111)`;

/** The condition of each filter on the row `invoices`. Filters that match fewer rows come first. */
export const CONDITIONS: Readonly<Record<FilterName, SQL>> = {
  quoteId: sql`invoices.quote_id = ${sql.placeholder('quoteId')}::uuid`,
  number: sql`invoices.number = ${sql.placeholder('number')}::text`,
  recurringInvoiceId: sql`invoices.recurring_invoice_id = ${sql.placeholder('recurringInvoiceId')}::uuid`,
  // Not as an `exists`, which the planner may answer by reading the terms of all invoices there are.
  terms: sql`(
    select invoice_search.terms @@ (select query from search) from invoice_search where invoice_search.invoice_id = invoices.id
  )`,
  customerId: sql`invoices.customer_id = ${sql.placeholder('customerId')}::uuid`,
  numberPrefix: sql`invoices.number >= ${sql.placeholder('numberPrefix')}::text and invoices.number < ${BEHIND_PREFIX}`,
  totals: sql`invoices.total_minor between ${sql.placeholder('totalFrom')}::bigint and ${sql.placeholder('totalTo')}::bigint`,
  issueDates: sql`coalesce(invoices.issue_date, 'infinity')
    between ${sql.placeholder('issueDateFrom')}::date and ${sql.placeholder('issueDateTo')}::date`,
  dueDates: sql`invoices.next_due_date between ${sql.placeholder('dueDateFrom')}::date and ${sql.placeholder('dueDateTo')}::date`,
  currencyCode: sql`invoices.currency_code = ${sql.placeholder('currencyCode')}::text`,
  states: sql`jsonb_exists(${jsonParameter('states')}::jsonb, invoices.state)`,
  notOverdueOn: sql`not (invoices.state = 'OPEN' and invoices.next_due_date < ${sql.placeholder('notOverdueOn')}::date)`,
};

/** Whose invoices are read. */
export const OWNER: Lead = { column: sql`invoices.owner_id`, value: sql`${sql.placeholder('ownerId')}::uuid` };

/** The filters that are used, in the order of {@link CONDITIONS}. */
export function filtersIn(filters: InvoiceFilters): FilterName[] {
  const names = Object.keys(CONDITIONS) as FilterName[]; // a condition for each filter
  return names.filter((name) => filters[name] !== undefined);
}
