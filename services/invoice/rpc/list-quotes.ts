import { Quote_State, QuoteSchema } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import type { ListQuotesRequest, QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { readMessagePage } from '../../../runtime/paging/read-page.ts';
import type { Deps } from '../deps.ts';
import { QUOTE_STATES, type ShownQuoteState } from '../domain/quote-lifecycle.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { toQuote } from '../quotes/quote-message.ts';

const SHOWN_STATES: readonly ShownQuoteState[] = [...QUOTE_STATES, 'EXPIRED'];

/** Lists quotes of the caller, newest first. */
export const listQuotes: Rpc<Deps, typeof QuoteService.method.listQuotes> = async (deps, request, call) => {
  const today = todayOf(deps, call);
  const { pageSize: _pageSize, pageToken: _pageToken, ...filters } = request;
  const { messages: quotes, nextPageToken } = await readMessagePage(request, {
    filters,
    cursorShape: [CURSOR_PART.time, CURSOR_PART.uuid],
    read: (cursor, limit) =>
      deps.store.listQuotes({
        ownerId: call.user.userId,
        states: statesOf(request),
        customerId: request.customerId === '' ? undefined : request.customerId,
        today,
        cursor,
        limit,
      }),
    cursorOf: (row) => [row.cursorKey, row.id],
    schema: QuoteSchema,
    toMessage: (row) => toQuote(row, today),
  });
  return { quotes, nextPageToken };
};

function statesOf(request: ListQuotesRequest): readonly ShownQuoteState[] | undefined {
  const states = SHOWN_STATES.filter((state) => request.state.includes(Quote_State[state]));
  return states.length === 0 ? undefined : states;
}
