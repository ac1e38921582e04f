import { RecurringInvoiceDeletedSchema } from '../../../gen/numer/invoice/v1/recurring_invoice_events_pb.ts';
import {
  DeleteRecurringInvoiceResponseSchema,
  type RecurringInvoiceService,
} from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import type { Deps } from '../deps.ts';
import { getOwnRecurringInvoice } from '../recurring-invoices/own-recurring-invoice.ts';
import { changesOfRecurring, recurringEvent } from '../recurring-invoices/recurring-events.ts';

/** Deletes a recurring invoice; what it made stays. */
export const deleteRecurringInvoice: Rpc<Deps, typeof RecurringInvoiceService.method.deleteRecurringInvoice> = (
  deps,
  request,
  call,
) =>
  compareAndSet(async () => {
    const row = await getOwnRecurringInvoice(deps, call, request.recurringInvoiceId);
    requireVersion(call, row.version);
    const now = deps.clock.now();
    const event = recurringEvent(RecurringInvoiceDeletedSchema, call, {
      recurring: { ...row, version: row.version + 1n },
      changes: changesOfRecurring(row, undefined),
      time: now,
    });
    const isDeleted = await deps.store.deleteRecurringInvoice(row, {
      events: [event],
      idempotency: idempotencyValues(call, DeleteRecurringInvoiceResponseSchema, {}, now),
    });
    return isDeleted ? {} : undefined;
  });
