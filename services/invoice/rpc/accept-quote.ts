import { QuoteAcceptedSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { AcceptQuoteResponseSchema, type QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { answerQuote } from '../quotes/answer-quote.ts';

/** Records that the customer accepted a quote. */
export const acceptQuote: Rpc<Deps, typeof QuoteService.method.acceptQuote> = (deps, request, call) =>
  answerQuote(deps, call, request.quoteId, {
    action: 'ACCEPT',
    eventSchema: QuoteAcceptedSchema,
    responseSchema: AcceptQuoteResponseSchema,
    timesAt: (now) => ({ acceptTime: now, declineTime: null }),
  });
