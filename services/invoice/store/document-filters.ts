import { type SQL, sql } from 'drizzle-orm';
import { type Lead, readAlong } from '../../../runtime/database/read-along.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { BEHIND_PREFIX, type Range } from './invoice-filters.ts';

/**
 * Which quotes, credit notes or recurring invoices of an owner; undefined filters do not apply. A list has only those filters
 * that its table has columns for. Days are `YYYY-MM-DD`, both ends of ranges included.
 */
export interface DocumentFilters {
  readonly number?: string | undefined;
  readonly invoiceId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly numberPrefix?: string | undefined;
  readonly issueDates?: Range<string> | undefined;
  /** Stored in one of these states, at least one. */
  readonly states?: readonly string[] | undefined;
  /** Leaves out what is sent and expires before this day. */
  readonly notExpiredOn?: string | undefined;
  /** Leaves out what is sent and does not expire before this day. */
  readonly expiredOn?: string | undefined;
}

/** Name of a filter. */
export type DocumentFilterName = keyof DocumentFilters;

const value = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}`;
const expiresBefore = (day: SQL) => sql`coalesce(documents.expire_date < ${day}, false)`;

/** First and last day of the filter by issue dates. */
export const ISSUE_DATES = { from: value('issueDateFrom', 'date'), to: value('issueDateTo', 'date') };

/** Whose documents are read. */
const OWNER: Lead = { column: sql`documents.owner_id`, value: value('ownerId', 'uuid') };

/** The condition of each filter on the row `documents`. Filters that match fewer rows come first. */
export const DOCUMENT_CONDITIONS: Readonly<Record<DocumentFilterName, SQL>> = {
  number: sql`documents.number = ${value('number', 'text')}`,
  invoiceId: sql`documents.invoice_id = ${value('invoiceId', 'uuid')}`,
  customerId: sql`documents.customer_id = ${value('customerId', 'uuid')}`,
  numberPrefix: sql`documents.number collate "C" between ${value('numberPrefix', 'text')} and ${BEHIND_PREFIX}`,
  issueDates: sql`documents.issue_date between ${ISSUE_DATES.from} and ${ISSUE_DATES.to}`,
  states: sql`jsonb_exists(${jsonParameter('states')}::jsonb, documents.state)`,
  notExpiredOn: sql`not (documents.state = 'SENT' and ${expiresBefore(value('notExpiredOn', 'date'))})`,
  expiredOn: sql`(documents.state <> 'SENT' or ${expiresBefore(value('expiredOn', 'date'))})`,
};

/** The filters that are used, in the order of {@link DOCUMENT_CONDITIONS}. */
export function documentFiltersIn(filters: DocumentFilters): DocumentFilterName[] {
  const names = Object.keys(DOCUMENT_CONDITIONS) as DocumentFilterName[]; // a condition for each filter
  return names.filter((name) => filters[name] !== undefined);
}

/** The lead for documents in one of several states, the column `wanted_state`. */
export const WANTED_DOCUMENT_STATE: Lead = { column: sql`documents.state`, value: sql`wanted_state` };

/** A filter that an index has as its lead, before the order of the list. */
interface FilterLead extends Lead {
  readonly filter: 'invoiceId' | 'customerId' | 'states';
}

const LEADS: readonly FilterLead[] = [
  { filter: 'invoiceId', column: sql`documents.invoice_id`, value: value('invoiceId', 'uuid') },
  { filter: 'customerId', column: sql`documents.customer_id`, value: value('customerId', 'uuid') },
  { filter: 'states', column: sql`documents.state`, value: value('state', 'text') },
];

/** The best lead of an index with the order of the list; undefined when there is only the index without a lead. */
export function documentLead(filters: DocumentFilters): FilterLead | undefined {
  return LEADS.find(({ filter }) =>
    filter === 'states' ? filters.states?.length === 1 : filters[filter] !== undefined,
  );
}

/** Where documents are read newest first, after the cursor, along the index that has this lead. */
export function documentsAlong(lead: Lead | undefined) {
  return readAlong({
    owner: OWNER,
    leads: lead === undefined ? [] : [lead],
    keys: [sql`documents.create_time`, sql`documents.id`],
    direction: 'desc',
    after: [value('cursorTime', 'timestamptz'), value('cursorId', 'uuid')],
  });
}

/** Where documents are read by what follows the owner in an index, from one value to another. */
export function documentsBetween(key: SQL, from: SQL, to: SQL) {
  return readAlong({ owner: OWNER, leads: [], keys: [key], direction: 'asc', bounds: { from, to } });
}

/** Where the documents are that match a filter, along its index; undefined when it has none, or most documents may match. */
export function documentCandidates(name: DocumentFilterName): ReturnType<typeof readAlong> | undefined {
  switch (name) {
    case 'number':
      return documentsBetween(sql`documents.number`, value('number', 'text'), value('number', 'text'));
    case 'numberPrefix':
      return documentsBetween(sql`documents.number collate "C"`, value('numberPrefix', 'text'), BEHIND_PREFIX);
    case 'issueDates':
      return documentsBetween(sql`documents.issue_date`, ISSUE_DATES.from, ISSUE_DATES.to);
    case 'invoiceId':
    case 'customerId':
      return documentsAlong(LEADS.find(({ filter }) => filter === name));
    case 'states':
    case 'notExpiredOn':
    case 'expiredOn':
      return undefined;
  }
}
