import type { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { toInvoice } from '../invoices/convert.ts';
import { getOwnInvoice, todayOf } from '../invoices/own-invoice.ts';

/** Gives one invoice. */
export const getInvoice: Rpc<Deps, typeof InvoiceService.method.getInvoice> = async (deps, request, call) => {
  const row = await getOwnInvoice(deps, call, request.invoiceId);
  return { invoice: toInvoice(row, todayOf(deps, call)) };
};
