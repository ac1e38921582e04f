import type { FieldMask } from '@bufbuild/protobuf/wkt';
import { QuoteUpdatedSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { type Quote, QuoteSchema } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { type QuoteService, UpdateQuoteResponseSchema } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { type Call, type Rpc, requireVersion } from '../../../runtime/call.ts';
import { keepAnswer } from '../../../runtime/call-parts.ts';
import { compareAndSet } from '../../../runtime/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/idempotency.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import { applyUpdateMask } from '../../../runtime/update-mask.ts';
import { requireUuid } from '../../../runtime/uuid.ts';
import type { Deps } from '../deps.ts';
import { checkQuoteUpdate } from '../domain/quote-lifecycle.ts';
import { todayOf } from '../own-invoice.ts';
import { getOwnQuote } from '../own-quote.ts';
import { expireDateOf, quoteContent } from '../quote-content.ts';
import { changesOfQuote, quoteEvent } from '../quote-events.ts';
import { situationOfQuote, toQuote } from '../quote-message.ts';
import { applyRules } from '../rule-errors.ts';
import type { QuoteRow } from '../store/quote-schema.ts';

/** The fields that people write, by their names in JSON; all others are output only. */
const WRITTEN_FIELDS: readonly string[] = [
  'invoice',
  'expireDate',
  'dueDays',
  'numberSeries',
] satisfies readonly (keyof Quote)[];

/** Changes the given fields of a draft, or moves the expire date of a quote. */
export const updateQuote: Rpc<Deps, typeof QuoteService.method.updateQuote> = async (deps, request, call) => {
  const quoteId = requireUuid(request.quote?.id ?? '', 'quote.id');
  return compareAndSet(async () => {
    const row = await getOwnQuote(deps, call, quoteId);
    requireVersion(call, row.version);
    const today = todayOf(deps, call);
    const wanted = applyUpdateMask(QuoteSchema, toQuote(row, today), request.quote, request.updateMask);
    applyRules('quote.', () => checkQuoteUpdate(situationOfQuote(row, today), writtenFieldsIn(request.updateMask)));
    requireValid(QuoteSchema, wanted, 'quote.');
    const isDraft = row.state === 'DRAFT';
    const content = isDraft ? await quoteContent(deps, call, wanted, row) : { expireDate: expireDateOf(wanted) };
    const quote = await save(deps, call, row, { ...row, ...content });
    return quote === undefined ? undefined : { quote };
  });
};

function writtenFieldsIn(mask: FieldMask | undefined): string[] {
  const named = mask?.paths.map((path) => path.split('.', 1)[0]) ?? [];
  return QuoteSchema.fields
    .filter(({ name, localName }) => named.includes(name) && WRITTEN_FIELDS.includes(localName))
    .map(({ localName }) => localName);
}

/** Writes the changed quote, unless nothing changed. Gives it, or undefined when the row had moved. */
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
