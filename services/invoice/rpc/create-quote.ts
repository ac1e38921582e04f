import { create } from '@bufbuild/protobuf';
import { QuoteCreatedSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { QuoteSchema } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { CreateQuoteResponseSchema, type QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import type { Deps } from '../deps.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { quoteContent } from '../quotes/quote-content.ts';
import { changesOfQuote, quoteEvent } from '../quotes/quote-events.ts';
import { toQuote } from '../quotes/quote-message.ts';
import type { QuoteRow } from '../store/quote-schema.ts';

/** Creates a draft of a quote. */
export const createQuote: Rpc<Deps, typeof QuoteService.method.createQuote> = async (deps, request, call) => {
  const content = await quoteContent(deps, call, request.quote ?? create(QuoteSchema), undefined);
  const now = deps.clock.now();
  const row: QuoteRow = {
    ...content,
    id: increasingUuid(),
    ownerId: call.user.userId,
    version: 1n,
    state: 'DRAFT',
    number: null,
    issueDate: null,
    seller: null,
    customer: null,
    invoiceId: null,
    createTime: now,
    updateTime: now,
    sendTime: null,
    acceptTime: null,
    declineTime: null,
    convertTime: null,
  };
  const response = { quote: toQuote(row, todayOf(deps, call)) };
  const changes = changesOfQuote(undefined, row);
  await deps.store.createQuote(row, {
    events: [quoteEvent(QuoteCreatedSchema, call, { ...response, changes, version: row.version, time: now })],
    idempotency: idempotencyValues(call, CreateQuoteResponseSchema, response, now),
  });
  return response;
};
