import { QuoteDeclinedSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { DeclineQuoteResponseSchema, type QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { answerQuote } from '../quotes/answer-quote.ts';

/** Records that the customer declined a quote. */
export const declineQuote: Rpc<Deps, typeof QuoteService.method.declineQuote> = (deps, request, call) =>
  answerQuote(deps, call, request.quoteId, {
    action: 'DECLINE',
    eventSchema: QuoteDeclinedSchema,
    responseSchema: DeclineQuoteResponseSchema,
    timesAt: (now) => ({ acceptTime: null, declineTime: now }),
  });
