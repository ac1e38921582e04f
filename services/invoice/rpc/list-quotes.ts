import { Quote_State, QuoteSchema } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import type { ListQuotesRequest, QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { readMessagePage } from '../../../runtime/paging/read-page.ts';
import { dateRange } from '../date-range.ts';
import type { Deps } from '../deps.ts';
import { QUOTE_STATES } from '../domain/quote-lifecycle.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { toQuote } from '../quotes/quote-message.ts';
import type { DocumentFilters } from '../store/document-filters.ts';

/** Lists quotes of the caller, newest first. */
export const listQuotes: Rpc<Deps, typeof QuoteService.method.listQuotes> = async (deps, request, call) => {
  const today = todayOf(deps, call);
  const filters: DocumentFilters = {
    ...stateFilters(request, today),
    customerId: request.customerId === '' ? undefined : request.customerId,
    number: request.number === '' ? undefined : request.number,
    numberPrefix: request.numberPrefix === '' ? undefined : request.numberPrefix,
    issueDates: dateRange('issue_date', { from: request.issueDateFrom, to: request.issueDateTo }),
  };
  const { pageSize: _pageSize, pageToken: _pageToken, ...bound } = request;
  const { messages: quotes, nextPageToken } = await readMessagePage(request, {
    filters: bound,
    cursorShape: [CURSOR_PART.time, CURSOR_PART.uuid],
    read: (cursor, limit) => deps.store.listQuotes({ ownerId: call.user.userId, filters, cursor, limit }),
    cursorOf: (row) => [row.cursorKey, row.id],
    schema: QuoteSchema,
    toMessage: (row) => toQuote(row, today),
  });
  return { quotes, nextPageToken };
};

/** An expired quote is stored as sent. */
function stateFilters({ state: wanted }: ListQuotesRequest, today: string): DocumentFilters {
  const isSent = wanted.includes(Quote_State.SENT);
  const isExpired = wanted.includes(Quote_State.EXPIRED);
  const states = QUOTE_STATES.filter((state) => wanted.includes(Quote_State[state]) || (state === 'SENT' && isExpired));
  return {
    states: states.length === 0 ? undefined : states,
    notExpiredOn: isSent && !isExpired ? today : undefined,
    expiredOn: isExpired && !isSent ? today : undefined,
  };
}
