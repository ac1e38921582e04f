import { InvoiceDeletedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { DeleteInvoiceResponseSchema, type InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { QuoteUpdatedSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { type Call, type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { OutboxRow } from '../../../runtime/events/outbox.ts';
import type { Deps } from '../deps.ts';
import { transition } from '../domain/lifecycle.ts';
import { situationOf, toInvoice } from '../invoices/convert.ts';
import { changesBetween, invoiceEvent } from '../invoices/events.ts';
import { getOwnInvoice, todayOf } from '../invoices/own-invoice.ts';
import { changesOfQuote, quoteEvent } from '../quotes/quote-events.ts';
import { toQuote } from '../quotes/quote-message.ts';
import { applyRules } from '../rule-errors.ts';
import type { QuoteRow } from '../store/quote-schema.ts';

/** Deletes a draft. The quote that it was made from is accepted again and can be converted into another invoice. */
export const deleteInvoice: Rpc<Deps, typeof InvoiceService.method.deleteInvoice> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await getOwnInvoice(deps, call, request.invoiceId);
    requireVersion(call, row.version);
    applyRules('', () => transition('DELETE', situationOf(row)));
    const quote = row.quoteId === null ? undefined : await deps.store.getQuote(call.user.userId, row.quoteId);
    const now = deps.clock.now();
    const released = quote && withoutInvoice(quote, now);
    const event = invoiceEvent(InvoiceDeletedSchema, call, {
      invoice: toInvoice(row, todayOf(deps, call)),
      changes: changesBetween(row, undefined),
      // Tells consumers that order events by version that nothing about this invoice comes after it.
      version: row.version + 1n,
      time: now,
    });
    const isDeleted = await deps.store.deleteDraft(row, released, {
      events: [event, ...(quote && released ? [releaseOf(deps, call, quote, released)] : [])],
      idempotency: idempotencyValues(call, DeleteInvoiceResponseSchema, {}, now),
    });
    return isDeleted ? {} : undefined;
  });

/** The quote once the invoice that was made from it is deleted. */
function withoutInvoice(quote: QuoteRow, now: Date): QuoteRow {
  return {
    ...quote,
    version: quote.version + 1n,
    state: 'ACCEPTED',
    invoiceId: null,
    convertTime: null,
    updateTime: now,
  };
}

function releaseOf(deps: Deps, call: Call, quote: QuoteRow, released: QuoteRow): OutboxRow {
  return quoteEvent(QuoteUpdatedSchema, call, {
    quote: toQuote(released, todayOf(deps, call)),
    changes: changesOfQuote(quote, released),
    version: released.version,
    time: released.updateTime,
  });
}
