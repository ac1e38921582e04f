import { QuoteSentSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { type QuoteService, SendQuoteResponseSchema } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import { transitionQuote } from '../domain/quote-lifecycle.ts';
import { toPartyJson } from '../invoices/convert.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { getParties, requireRecipient } from '../invoices/parties.ts';
import { getOwnQuote } from '../quotes/own-quote.ts';
import { changesOfQuote, quoteEvent } from '../quotes/quote-events.ts';
import { situationOfQuote, toQuote } from '../quotes/quote-message.ts';
import { refuseTaken } from '../refuse-taken.ts';
import { applyRules } from '../rule-errors.ts';
import type { QuoteRow } from '../store/quote-schema.ts';
import { QUOTE_NUMBER_CONSTRAINT } from '../store/send-quote.ts';

/** Numbers and freezes a draft of a quote, and has it mailed. */
export const sendQuote: Rpc<Deps, typeof QuoteService.method.sendQuote> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await getOwnQuote(deps, call, request.quoteId);
    requireVersion(call, row.version);
    const today = todayOf(deps, call);
    const state = applyRules('', () => transitionQuote('SEND', situationOfQuote(row, today)));
    const parties = await getParties(deps, call, row.customerId);
    requireRecipient(parties.customer.email);
    const now = deps.clock.now();
    const sent: QuoteRow = {
      ...row,
      version: row.version + 1n,
      state,
      issueDate: today,
      seller: toPartyJson(parties.seller),
      customer: toPartyJson(parties.customer),
      updateTime: now,
      sendTime: now,
    };
    const quote = toQuote(sent, today);
    // The statement fills in the number: in the quote, in the event and its first change, and in the kept answer.
    const changes = [{ field: 'number' }, ...changesOfQuote(row, sent)];
    const { message } = request;
    const number = await refuseTaken(
      QUOTE_NUMBER_CONSTRAINT,
      deps.store.sendQuote(sent, {
        events: [quoteEvent(QuoteSentSchema, call, { quote, changes, version: sent.version, time: now, message })],
        idempotency: idempotencyValues(call, SendQuoteResponseSchema, { quote }, now),
      }),
    );
    return number === undefined ? undefined : { quote: { ...quote, number } };
  });
