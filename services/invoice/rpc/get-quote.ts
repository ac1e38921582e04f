import type { QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { getOwnQuote } from '../quotes/own-quote.ts';
import { toQuote } from '../quotes/quote-message.ts';

/** Gives one quote. */
export const getQuote: Rpc<Deps, typeof QuoteService.method.getQuote> = async (deps, request, call) => ({
  quote: toQuote(await getOwnQuote(deps, call, request.quoteId), todayOf(deps, call)),
});
