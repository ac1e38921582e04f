import { QuoteDeletedSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { DeleteQuoteResponseSchema, type QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import { transitionQuote } from '../domain/quote-lifecycle.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { getOwnQuote } from '../quotes/own-quote.ts';
import { changesOfQuote, quoteEvent } from '../quotes/quote-events.ts';
import { situationOfQuote, toQuote } from '../quotes/quote-message.ts';
import { applyRules } from '../rule-errors.ts';

/** Deletes a draft of a quote. */
export const deleteQuote: Rpc<Deps, typeof QuoteService.method.deleteQuote> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await getOwnQuote(deps, call, request.quoteId);
    requireVersion(call, row.version);
    const today = todayOf(deps, call);
    applyRules('', () => transitionQuote('DELETE', situationOfQuote(row, today)));
    const now = deps.clock.now();
    const event = quoteEvent(QuoteDeletedSchema, call, {
      quote: toQuote(row, today),
      changes: changesOfQuote(row, undefined),
      version: row.version + 1n,
      time: now,
    });
    const isDeleted = await deps.store.deleteQuoteDraft(row, {
      events: [event],
      idempotency: idempotencyValues(call, DeleteQuoteResponseSchema, {}, now),
    });
    return isDeleted ? {} : undefined;
  });
