import { RecurringInvoicePausedSchema } from '../../../gen/numer/invoice/v1/recurring_invoice_events_pb.ts';
import {
  PauseRecurringInvoiceResponseSchema,
  type RecurringInvoiceService,
} from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { switchRecurringInvoice } from '../recurring-invoices/switch-recurring-invoice.ts';

/** Keeps a recurring invoice from making invoices until it is resumed. */
export const pauseRecurringInvoice: Rpc<Deps, typeof RecurringInvoiceService.method.pauseRecurringInvoice> = (
  deps,
  request,
  call,
) =>
  switchRecurringInvoice(deps, call, request.recurringInvoiceId, {
    action: 'PAUSE',
    state: 'PAUSED',
    eventSchema: RecurringInvoicePausedSchema,
    responseSchema: PauseRecurringInvoiceResponseSchema,
    progressAt: (row) => ({ ...row, state: 'PAUSED' }),
  });
