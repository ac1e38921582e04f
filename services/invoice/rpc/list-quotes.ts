import { Quote_State, QuoteSchema } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import type { ListQuotesRequest, QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { CURSOR_PART, decodePageToken, encodePageToken, PAGE_SIZE_DEFAULT } from '../../../runtime/page-token.ts';
import { pageWithin } from '../../../runtime/page-within.ts';
import type { Deps } from '../deps.ts';
import { QUOTE_STATES, type ShownQuoteState } from '../domain/quote-lifecycle.ts';
import { todayOf } from '../own-invoice.ts';
import { toQuote } from '../quote-message.ts';

const SHOWN_STATES: readonly ShownQuoteState[] = [...QUOTE_STATES, 'EXPIRED'];

/** Lists quotes of the caller, newest first. */
export const listQuotes: Rpc<Deps, typeof QuoteService.method.listQuotes> = async (deps, request, call) => {
  const today = todayOf(deps, call);
  const { pageSize: _pageSize, pageToken: _pageToken, ...bound } = request;
  const limit = request.pageSize === 0 ? PAGE_SIZE_DEFAULT : request.pageSize;
  const rows = await deps.store.listQuotes({
    ownerId: call.user.userId,
    states: statesOf(request),
    customerId: request.customerId === '' ? undefined : request.customerId,
    today,
    cursor: decodePageToken(request.pageToken, bound, [CURSOR_PART.time, CURSOR_PART.uuid]),
    limit: limit + 1,
  });
  const quotes = pageWithin(rows.slice(0, limit), QuoteSchema, (row) => toQuote(row, today));
  const last = rows.length > quotes.length ? rows[quotes.length - 1] : undefined;
  return {
    quotes,
    nextPageToken: last === undefined ? '' : encodePageToken([last.cursorKey, last.id], bound),
  };
};

function statesOf(request: ListQuotesRequest): readonly ShownQuoteState[] | undefined {
  const states = SHOWN_STATES.filter((state) => request.state.includes(Quote_State[state]));
  return states.length === 0 ? undefined : states;
}
