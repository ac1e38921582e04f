import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  type ListInvoicesRequest,
  ListInvoicesRequest_Order as Order,
  ListInvoicesRequest_View as View,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { addDays } from '../../../runtime/calendar.ts';
import type { Call } from '../../../runtime/call/call.ts';
import type { SearchTerms } from '../../../runtime/database/search-terms.ts';
import { CURSOR_PART, decodePageToken, encodePageToken } from '../../../runtime/paging/page-token.ts';
import type { Deps } from '../deps.ts';
import { checkDate } from '../domain/dates.ts';
import { INVOICE_STATES } from '../domain/lifecycle.ts';
import { applyRules } from '../rule-errors.ts';
import type { InvoiceFilters, Range } from '../store/invoice-filters.ts';
import type { ListedInvoiceRow } from '../store/list-invoices-query.ts';
import { LIST_ORDERS, type ListOrder, sortKeyOf } from '../store/list-orders.ts';
import { todayOf } from './own-invoice.ts';

const FIRST_DAY = '0001-01-01';
const LAST_DAY = '9999-12-31';
/** More than any total; its negative is less than any. */
const TOTAL_MAX = 10n ** 18n;

/** A page of a list of invoices. */
export interface InvoiceListPage {
  readonly rows: readonly ListedInvoiceRow[];
  /** Token of the next page; empty on the last one. */
  readonly nextPageToken: string;
  /** Token of a page that begins after this row. */
  tokenAfter(row: ListedInvoiceRow): string;
}

/**
 * Reads a page of the list of the caller's invoices that `list` describes by filters, order and view.
 *
 * @throws DomainError INVALID_ARGUMENT naming a date that does not exist, or INVALID_PAGE_TOKEN.
 */
export async function readInvoiceList(
  deps: Deps,
  call: Call,
  list: ListInvoicesRequest,
  { pageToken, limit }: { readonly pageToken: string; readonly limit: number },
): Promise<InvoiceListPage> {
  const order = orderOf(list);
  // A page with lines may follow one without, and the other way round.
  const { pageSize: _pageSize, pageToken: _pageToken, view: _view, ...bound } = list;
  const { rows, next } = await deps.store.listInvoices({
    ownerId: call.user.userId,
    filters: filtersOf(list, todayOf(deps, call)),
    order,
    view: list.view === View.FULL ? 'FULL' : 'BASIC',
    cursor: decodePageToken(pageToken, bound, [sortKeyOf(order).cursorPart, CURSOR_PART.uuid]),
    limit,
  });
  return {
    rows,
    nextPageToken: next === undefined ? '' : encodePageToken(next, bound),
    tokenAfter: (row) => encodePageToken([row.cursorKey, row.id], bound),
  };
}

function orderOf(request: ListInvoicesRequest): ListOrder {
  const names = Object.keys(LIST_ORDERS) as ListOrder[]; // LIST_ORDERS has no other keys
  return names.find((name) => Order[name] === request.order) ?? 'CREATE_TIME_DESC';
}

function filtersOf(request: ListInvoicesRequest, today: string): InvoiceFilters {
  const states = INVOICE_STATES.filter((state) => request.state.includes(Invoice_State[state]));
  const filters: InvoiceFilters = {
    number: request.number === '' ? undefined : request.number,
    numberPrefix: request.numberPrefix === '' ? undefined : request.numberPrefix,
    terms: termsOf(request),
    totals: totalRange(request),
    states: states.length === 0 ? undefined : states,
    customerId: request.customerId === '' ? undefined : request.customerId,
    recurringInvoiceId: request.recurringInvoiceId === '' ? undefined : request.recurringInvoiceId,
    quoteId: request.quoteId === '' ? undefined : request.quoteId,
    currencyCode: request.currencyCode === '' ? undefined : request.currencyCode,
    issueDates: dateRange('issue_date', request.issueDateFrom, request.issueDateTo),
    dueDates: dateRange('due_date', request.dueDateFrom, request.dueDateTo),
    notOverdueOn: request.overdue === false ? today : undefined,
  };
  return request.overdue === true ? onlyOverdue(filters, today) : filters;
}

function termsOf({ text, tag, metadataKey, metadataValue }: ListInvoicesRequest): SearchTerms | undefined {
  if (text === '' && tag.length === 0 && metadataKey === '') return undefined;
  return { text, tags: tag, metadataKey, metadataValue };
}

function totalRange({ totalMinorFrom: from, totalMinorTo: to }: ListInvoicesRequest): Range<bigint> | undefined {
  if (from === undefined && to === undefined) return undefined;
  return { from: from ?? -TOTAL_MAX, to: to ?? TOTAL_MAX };
}

/** An invoice is overdue when it is open and was due before today, so a state and a range of days select it. */
function onlyOverdue(filters: InvoiceFilters, today: string): InvoiceFilters {
  const yesterday = addDays(today, -1) ?? FIRST_DAY;
  const { from, to } = filters.dueDates ?? { from: FIRST_DAY, to: LAST_DAY };
  return {
    ...filters,
    states: (filters.states ?? ['OPEN']).filter((state) => state === 'OPEN'),
    dueDates: { from, to: to < yesterday ? to : yesterday },
  };
}

function dateRange(field: string, from: string, to: string): Range<string> | undefined {
  applyRules('', () => {
    if (from !== '') checkDate(from, `${field}_from`);
    if (to !== '') checkDate(to, `${field}_to`);
  });
  if (from === '' && to === '') return undefined;
  return { from: from === '' ? FIRST_DAY : from, to: to === '' ? LAST_DAY : to };
}
