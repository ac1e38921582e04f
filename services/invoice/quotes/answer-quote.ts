import type { QuoteAcceptedSchema, QuoteDeclinedSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import type { Quote } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import type {
  AcceptQuoteResponseSchema,
  DeclineQuoteResponseSchema,
} from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { type Call, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import { transitionQuote } from '../domain/quote-lifecycle.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { applyRules } from '../rule-errors.ts';
import type { QuoteRow } from '../store/quote-schema.ts';
import { getOwnQuote } from './own-quote.ts';
import { changesOfQuote, quoteEvent } from './quote-events.ts';
import { situationOfQuote, toQuote } from './quote-message.ts';

/** One of the answers a customer can give to a quote. */
export interface QuoteAnswer {
  readonly action: 'ACCEPT' | 'DECLINE';
  readonly eventSchema: typeof QuoteAcceptedSchema | typeof QuoteDeclinedSchema;
  readonly responseSchema: typeof AcceptQuoteResponseSchema | typeof DeclineQuoteResponseSchema;
  /** The accept and the decline time after the answer. */
  timesAt(now: Date): Pick<QuoteRow, 'acceptTime' | 'declineTime'>;
}

/**
 * Records the answer of the customer.
 *
 * @throws DomainError QUOTE_NOT_FOUND, QUOTE_STATE, ETAG_MISMATCH or CONFLICT.
 */
export function answerQuote(
  deps: Deps,
  call: Call,
  quoteId: string,
  answer: QuoteAnswer,
): Promise<{ readonly quote: Quote }> {
  return compareAndSet(async () => {
    const row = await getOwnQuote(deps, call, quoteId);
    requireVersion(call, row.version);
    const today = todayOf(deps, call);
    const state = applyRules('', () => transitionQuote(answer.action, situationOfQuote(row, today)));
    const now = deps.clock.now();
    const answered: QuoteRow = { ...row, ...answer.timesAt(now), version: row.version + 1n, state, updateTime: now };
    const response = { quote: toQuote(answered, today) };
    const facts = { ...response, changes: changesOfQuote(row, answered), version: answered.version, time: now };
    const isChanged = await deps.store.changeSentQuote(answered, {
      events: [quoteEvent(answer.eventSchema, call, facts)],
      idempotency: idempotencyValues(call, answer.responseSchema, response, now),
    });
    return isChanged ? response : undefined;
  });
}
