import { InvoiceDeletedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { DeleteInvoiceResponseSchema, type InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call.ts';
import { compareAndSet } from '../../../runtime/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/idempotency.ts';
import { situationOf, toInvoice } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { transition } from '../domain/lifecycle.ts';
import { changesBetween, invoiceEvent } from '../events.ts';
import { getOwnInvoice, todayOf } from '../own-invoice.ts';
import { applyRules } from '../rule-errors.ts';

/** Deletes a draft. */
export const deleteInvoice: Rpc<Deps, typeof InvoiceService.method.deleteInvoice> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await getOwnInvoice(deps, call, request.invoiceId);
    requireVersion(call, row.version);
    applyRules('', () => transition('DELETE', situationOf(row)));
    const now = deps.clock.now();
    const event = invoiceEvent(InvoiceDeletedSchema, call, {
      invoice: toInvoice(row, todayOf(deps, call)),
      changes: changesBetween(row, undefined),
      // So that whoever keeps order by version knows that nothing of this invoice comes after.
      version: row.version + 1n,
      time: now,
    });
    const isDeleted = await deps.store.deleteDraft(row, {
      events: [event],
      idempotency: idempotencyValues(call, DeleteInvoiceResponseSchema, {}, now),
    });
    return isDeleted ? {} : undefined;
  });
