import { QuoteUpdatedSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { type Quote, QuoteSchema } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { type QuoteService, UpdateQuoteResponseSchema } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { type Call, type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { applyUpdateMask, changedFields } from '../../../runtime/call/update-mask.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import { requireUuid } from '../../../runtime/uuid.ts';
import type { Deps } from '../deps.ts';
import { checkQuoteUpdate } from '../domain/quote-lifecycle.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { getOwnQuote } from '../quotes/own-quote.ts';
import { expireDateOf, quoteContent } from '../quotes/quote-content.ts';
import { changesOfQuote, quoteEvent } from '../quotes/quote-events.ts';
import { situationOfQuote, toQuote } from '../quotes/quote-message.ts';
import { applyRules } from '../rule-errors.ts';
import type { QuoteRow } from '../store/quote-schema.ts';

/** Changes the given fields of a draft, or moves the expiry date of a quote. Frozen fields may be given unchanged. */
export const updateQuote: Rpc<Deps, typeof QuoteService.method.updateQuote> = async (deps, request, call) => {
  const quoteId = requireUuid(request.quote?.id ?? '', 'quote.id');
  return compareAndSet(async () => {
    const row = await getOwnQuote(deps, call, quoteId);
    requireVersion(call, row.version);
    const today = todayOf(deps, call);
    const present = toQuote(row, today);
    const wanted = applyUpdateMask(QuoteSchema, present, request.quote, request.updateMask);
    const changed = changedFields(QuoteSchema, present, wanted, request.updateMask);
    applyRules('quote.', () => checkQuoteUpdate(situationOfQuote(row, today), changed));
    requireValid(QuoteSchema, wanted, 'quote.');
    const isDraft = row.state === 'DRAFT';
    const content = isDraft ? await quoteContent(deps, call, wanted, row) : { expireDate: expireDateOf(wanted) };
    const quote = await save(deps, call, row, { ...row, ...content });
    return quote === undefined ? undefined : { quote };
  });
};

/** Writes the changed quote, unless nothing changed. Gives it, or undefined when the row was changed meanwhile. */
async function save(deps: Deps, call: Call, before: QuoteRow, after: QuoteRow): Promise<Quote | undefined> {
  const today = todayOf(deps, call);
  const changes = changesOfQuote(before, after);
  const now = deps.clock.now();
  if (changes.length === 0) {
    const quote = toQuote(before, today);
    await keepAnswer(deps.idempotency, call, { schema: UpdateQuoteResponseSchema, answer: { quote }, now });
    return quote;
  }
  const row = { ...after, version: before.version + 1n, updateTime: now };
  const quote = toQuote(row, today);
  const write = row.state === 'DRAFT' ? deps.store.saveQuoteDraft : deps.store.changeSentQuote;
  const isSaved = await write(row, {
    events: [quoteEvent(QuoteUpdatedSchema, call, { quote, changes, version: row.version, time: now })],
    idempotency: idempotencyValues(call, UpdateQuoteResponseSchema, { quote }, now),
  });
  return isSaved ? quote : undefined;
}
