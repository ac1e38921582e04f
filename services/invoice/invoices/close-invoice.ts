import type { Invoice } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type {
  MarkInvoiceUncollectibleResponseSchema,
  VoidInvoiceResponseSchema,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { type Call, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import { transition } from '../domain/lifecycle.ts';
import { applyRules } from '../rule-errors.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';
import { situationOf, toInvoice } from './convert.ts';
import { changesBetween, type InvoiceEventSchema, invoiceEvent } from './events.ts';
import { getOwnInvoice, todayOf } from './own-invoice.ts';

/** One of the ways in which an invoice ends without being paid. */
export interface Closing {
  readonly action: 'VOID_INVOICE' | 'MARK_UNCOLLECTIBLE';
  readonly eventSchema: InvoiceEventSchema;
  readonly responseSchema: typeof VoidInvoiceResponseSchema | typeof MarkInvoiceUncollectibleResponseSchema;
}

/**
 * Brings an invoice into the state that the action leads to.
 *
 * @throws DomainError INVOICE_NOT_FOUND, ETAG_MISMATCH, CONFLICT, or the error that `transition` throws.
 */
export function closeInvoice(
  deps: Deps,
  call: Call,
  invoiceId: string,
  closing: Closing,
): Promise<{ readonly invoice: Invoice }> {
  return compareAndSet(async () => {
    const row = await getOwnInvoice(deps, call, invoiceId);
    requireVersion(call, row.version);
    const state = applyRules('', () => transition(closing.action, situationOf(row)));
    const now = deps.clock.now();
    const closed: InvoiceRow = {
      ...row,
      version: row.version + 1n,
      state,
      timeZone: call.user.timeZone,
      updateTime: now,
      payTime: null,
      voidTime: state === 'VOID' ? now : null,
    };
    const response = { invoice: toInvoice(closed, todayOf(deps, call)) };
    const changes = changesBetween(row, closed);
    const isClosed = await deps.store.changeOpenedInvoice(closed, {
      events: [invoiceEvent(closing.eventSchema, call, { ...response, changes, version: closed.version, time: now })],
      idempotency: idempotencyValues(call, closing.responseSchema, response, now),
    });
    return isClosed ? response : undefined;
  });
}
