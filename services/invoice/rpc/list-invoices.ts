import { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  type InvoiceService,
  ListInvoicesRequest_View as View,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { readMessagePage } from '../../../runtime/paging/read-page.ts';
import type { Deps } from '../deps.ts';
import { toInvoice, toInvoiceSummary } from '../invoices/convert.ts';
import { invoiceList } from '../invoices/invoice-list.ts';
import { todayOf } from '../invoices/own-invoice.ts';

/** Lists invoices of the caller. */
export const listInvoices: Rpc<Deps, typeof InvoiceService.method.listInvoices> = async (deps, request, call) => {
  const today = todayOf(deps, call);
  const toMessage = request.view === View.FULL ? toInvoice : toInvoiceSummary;
  const { messages: invoices, nextPageToken } = await readMessagePage(request, {
    ...invoiceList(deps, call, { list: request }),
    schema: InvoiceSchema,
    toMessage: (row) => toMessage(row, today),
  });
  return { invoices, nextPageToken };
};
