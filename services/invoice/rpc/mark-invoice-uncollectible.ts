import { InvoiceMarkedUncollectibleSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import {
  type InvoiceService,
  MarkInvoiceUncollectibleResponseSchema,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { closeInvoice } from '../invoices/close-invoice.ts';

/** Marks an open invoice as uncollectible. */
export const markInvoiceUncollectible: Rpc<Deps, typeof InvoiceService.method.markInvoiceUncollectible> = (
  deps,
  request,
  call,
) =>
  closeInvoice(deps, call, request.invoiceId, {
    action: 'MARK_UNCOLLECTIBLE',
    eventSchema: InvoiceMarkedUncollectibleSchema,
    responseSchema: MarkInvoiceUncollectibleResponseSchema,
  });
