import { InvoiceVoidedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { type InvoiceService, VoidInvoiceResponseSchema } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { closeInvoice } from '../invoices/close-invoice.ts';

/** Cancels an open or uncollectible invoice. */
export const voidInvoice: Rpc<Deps, typeof InvoiceService.method.voidInvoice> = (deps, request, call) =>
  closeInvoice(deps, call, request.invoiceId, {
    action: 'VOID_INVOICE',
    eventSchema: InvoiceVoidedSchema,
    responseSchema: VoidInvoiceResponseSchema,
  });
