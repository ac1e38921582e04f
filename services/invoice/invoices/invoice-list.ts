import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  type ListInvoicesRequest,
  ListInvoicesRequest_Order as Order,
  ListInvoicesRequest_View as View,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { addDays } from '../../../runtime/calendar.ts';
import type { Call } from '../../../runtime/call/call.ts';
import { invalidField } from '../../../runtime/call/errors.ts';
import type { SearchTerms } from '../../../runtime/database/search-terms.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import type { FoundList } from '../../../runtime/paging/read-page.ts';
import { dateRange, FIRST_DAY, LAST_DAY } from '../date-range.ts';
import type { Deps } from '../deps.ts';
import { INVOICE_STATES } from '../domain/lifecycle.ts';
import type { InvoiceFilters, Range } from '../store/invoice-filters.ts';
import type { ListedInvoiceRow } from '../store/list-invoices-query.ts';
import { LIST_ORDERS, type ListOrder, sortKeyOf } from '../store/list-orders.ts';
import { todayOf } from './own-invoice.ts';

/** More than any total; its negative is less than any. */
const TOTAL_MAX = 10n ** 18n;

/**
 * The list of the caller's invoices that `list` describes by filters, order and view. `path` is where that is in the request,
 * e.g. `filter.`.
 *
 * @throws DomainError INVALID_ARGUMENT naming a date that does not exist, or the end of a range before its beginning.
 */
export function invoiceList(
  deps: Deps,
  call: Call,
  { list, path = '' }: { readonly list: ListInvoicesRequest; readonly path?: string },
): FoundList<ListedInvoiceRow> {
  const order = orderOf(list);
  const filters = filtersOf(list, path, todayOf(deps, call));
  // A page with lines may follow one without, and the other way round.
  const { pageSize: _pageSize, pageToken: _pageToken, view: _view, ...bound } = list;
  return {
    filters: bound,
    cursorShape: [sortKeyOf(order).cursorPart, CURSOR_PART.uuid],
    read: (cursor, limit) =>
      deps.store.listInvoices({
        ownerId: call.user.userId,
        filters,
        order,
        view: list.view === View.FULL ? 'FULL' : 'BASIC',
        cursor,
        limit,
      }),
    cursorOf: (row) => [row.cursorKey, row.id],
  };
}

function orderOf(request: ListInvoicesRequest): ListOrder {
  const names = Object.keys(LIST_ORDERS) as ListOrder[]; // LIST_ORDERS has no other keys
  return names.find((name) => Order[name] === request.order) ?? 'CREATE_TIME_DESC';
}

function filtersOf(request: ListInvoicesRequest, path: string, today: string): InvoiceFilters {
  const states = INVOICE_STATES.filter((state) => request.state.includes(Invoice_State[state]));
  const filters: InvoiceFilters = {
    number: request.number === '' ? undefined : request.number,
    numberPrefix: request.numberPrefix === '' ? undefined : request.numberPrefix,
    terms: termsOf(request),
    totals: totalRange(request, path),
    states: states.length === 0 ? undefined : states,
    customerId: request.customerId === '' ? undefined : request.customerId,
    recurringInvoiceId: request.recurringInvoiceId === '' ? undefined : request.recurringInvoiceId,
    quoteId: request.quoteId === '' ? undefined : request.quoteId,
    currencyCode: request.currencyCode === '' ? undefined : request.currencyCode,
    issueDates: dateRange('issue_date', { from: request.issueDateFrom, to: request.issueDateTo, path }),
    dueDates: dateRange('due_date', { from: request.dueDateFrom, to: request.dueDateTo, path }),
    notOverdueOn: request.overdue === false ? today : undefined,
  };
  return request.overdue === true ? onlyOverdue(filters, today) : filters;
}

function termsOf({ text, tag, metadataKey, metadataValue }: ListInvoicesRequest): SearchTerms | undefined {
  if (text === '' && tag.length === 0 && metadataKey === '') return undefined;
  return { text, tags: tag, metadataKey, metadataValue };
}

function totalRange(
  { totalMinorFrom: from = -TOTAL_MAX, totalMinorTo: to = TOTAL_MAX }: ListInvoicesRequest,
  path: string,
): Range<bigint> | undefined {
  if (from === -TOTAL_MAX && to === TOTAL_MAX) return undefined;
  if (to < from) throw invalidField(`${path}total_minor_to`, 'must not be less than total_minor_from');
  return { from, to };
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
