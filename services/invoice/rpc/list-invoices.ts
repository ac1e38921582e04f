import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  type InvoiceService,
  type ListInvoicesRequest,
  ListInvoicesRequest_Order,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { addDays } from '../../../runtime/calendar.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { CURSOR_PART, decodePageToken, encodePageToken, PAGE_SIZE_DEFAULT } from '../../../runtime/page-token.ts';
import { toInvoice } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { checkDate } from '../domain/dates.ts';
import { INVOICE_STATES } from '../domain/lifecycle.ts';
import { todayOf } from '../own-invoice.ts';
import { applyRules } from '../rule-errors.ts';
import type { DateRange, InvoiceFilters, ListOrder } from '../store/list-invoices.ts';

const FIRST_DAY = '0001-01-01';
const LAST_DAY = '9999-12-31';

/** Lists invoices of the caller. */
export const listInvoices: Rpc<Deps, typeof InvoiceService.method.listInvoices> = async (deps, request, call) => {
  const today = todayOf(deps, call);
  const order = orderOf(request);
  const { pageSize: _pageSize, pageToken: _pageToken, ...bound } = request;
  const shape = [order.startsWith('DUE_DATE') ? CURSOR_PART.date : CURSOR_PART.time, CURSOR_PART.uuid];
  const limit = request.pageSize === 0 ? PAGE_SIZE_DEFAULT : request.pageSize;
  const rows = await deps.store.listInvoices({
    ownerId: call.user.userId,
    filters: filtersOf(request, today),
    order,
    cursor: decodePageToken(request.pageToken, bound, shape),
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    invoices: page.map((row) => toInvoice(row, today)),
    nextPageToken: last === undefined ? '' : encodePageToken([last.cursorKey, last.id], bound),
  };
};

function orderOf({ order }: ListInvoicesRequest): ListOrder {
  switch (order) {
    case ListInvoicesRequest_Order.CREATE_TIME_ASC:
      return 'CREATE_TIME_ASC';
    case ListInvoicesRequest_Order.DUE_DATE_ASC:
      return 'DUE_DATE_ASC';
    case ListInvoicesRequest_Order.DUE_DATE_DESC:
      return 'DUE_DATE_DESC';
    default:
      return 'CREATE_TIME_DESC';
  }
}

function filtersOf(request: ListInvoicesRequest, today: string): InvoiceFilters {
  const states = INVOICE_STATES.filter((state) => request.state.includes(Invoice_State[state]));
  const filters: InvoiceFilters = {
    states: states.length === 0 ? undefined : states,
    customerId: request.customerId === '' ? undefined : request.customerId,
    currencyCode: request.currencyCode === '' ? undefined : request.currencyCode,
    issueDates: dateRange('issue_date', request.issueDateFrom, request.issueDateTo),
    dueDates: dateRange('due_date', request.dueDateFrom, request.dueDateTo),
    notOverdueOn: request.overdue === false ? today : undefined,
  };
  return request.overdue === true ? onlyOverdue(filters, today) : filters;
}

/** Overdue is what is open and was due before today, so no more than a state and a range of days. */
function onlyOverdue(filters: InvoiceFilters, today: string): InvoiceFilters {
  const yesterday = addDays(today, -1) ?? FIRST_DAY;
  const { from, to } = filters.dueDates ?? { from: FIRST_DAY, to: LAST_DAY };
  return {
    ...filters,
    states: (filters.states ?? ['OPEN']).filter((state) => state === 'OPEN'),
    dueDates: { from, to: to < yesterday ? to : yesterday },
  };
}

function dateRange(field: string, from: string, to: string): DateRange | undefined {
  applyRules('', () => {
    if (from !== '') checkDate(from, `${field}_from`);
    if (to !== '') checkDate(to, `${field}_to`);
  });
  if (from === '' && to === '') return undefined;
  return { from: from === '' ? FIRST_DAY : from, to: to === '' ? LAST_DAY : to };
}
