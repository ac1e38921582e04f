import { InvoiceCreatedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import type { Invoice } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { QuoteConvertedSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { ConvertQuoteResponseSchema, type QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { type Call, type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import { transitionQuote } from '../domain/quote-lifecycle.ts';
import { toInvoice } from '../invoices/convert.ts';
import { changesBetween, invoiceEvent } from '../invoices/events.ts';
import { newDraft } from '../invoices/new-draft.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { getOwnQuote } from '../quotes/own-quote.ts';
import { changesOfQuote, quoteEvent } from '../quotes/quote-events.ts';
import { situationOfQuote, toQuote } from '../quotes/quote-message.ts';
import { contentOfTemplate } from '../recurring-invoices/invoice-template.ts';
import { applyRules } from '../rule-errors.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';
import type { QuoteRow } from '../store/quote-schema.ts';

/**
 * Turns an accepted quote into a draft of an invoice, once: repeated calls give that invoice. Their answer is also kept
 * under their idempotency key, so that a late retry does not convert the quote again after the draft was deleted.
 */
export const convertQuote: Rpc<Deps, typeof QuoteService.method.convertQuote> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await getOwnQuote(deps, call, request.quoteId);
    requireVersion(call, row.version);
    const invoice =
      row.invoiceId === null ? await convert(deps, call, row) : await readInvoice(deps, call, row.invoiceId);
    return invoice === undefined ? undefined : { invoice };
  });

/** Gives undefined when the draft was deleted meanwhile: then the quote is converted again. */
async function readInvoice(deps: Deps, call: Call, invoiceId: string): Promise<Invoice | undefined> {
  const row = await deps.store.getInvoice(call.user.userId, invoiceId);
  if (row === undefined) return undefined;
  const invoice = toInvoice(row, todayOf(deps, call));
  await keepAnswer(deps.idempotency, call, {
    schema: ConvertQuoteResponseSchema,
    answer: { invoice },
    now: deps.clock.now(),
  });
  return invoice;
}

/** Gives undefined when the quote was changed meanwhile. */
async function convert(deps: Deps, call: Call, quote: QuoteRow): Promise<Invoice | undefined> {
  const today = todayOf(deps, call);
  const state = applyRules('', () => transitionQuote('CONVERT', situationOfQuote(quote, today)));
  const now = deps.clock.now();
  const content = contentOfTemplate(quote.invoice, quote.dueDays, today);
  const draft: InvoiceRow = {
    ...newDraft({ ...content, customerName: String(quote.customer?.name ?? '') }, call, now),
    quoteId: quote.id,
  };
  const converted: QuoteRow = {
    ...quote,
    version: quote.version + 1n,
    state,
    invoiceId: draft.id,
    updateTime: now,
    convertTime: now,
  };
  const invoice = toInvoice(draft, today);
  const isConverted = await deps.store.convertQuote(converted, draft, {
    events: [
      invoiceEvent(InvoiceCreatedSchema, call, {
        invoice,
        changes: changesBetween(undefined, draft),
        version: draft.version,
        time: now,
      }),
      quoteEvent(QuoteConvertedSchema, call, {
        quote: toQuote(converted, today),
        changes: changesOfQuote(quote, converted),
        version: converted.version,
        time: now,
      }),
    ],
    idempotency: idempotencyValues(call, ConvertQuoteResponseSchema, { invoice }, now),
  });
  return isConverted ? invoice : undefined;
}
