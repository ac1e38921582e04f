import { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  type InvoiceService,
  ListInvoicesRequest_View as View,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { pageWithin } from '../../../runtime/paging/page-within.ts';
import { pageSizeOf } from '../../../runtime/paging/read-page.ts';
import type { Deps } from '../deps.ts';
import { toInvoice, toInvoiceSummary } from '../invoices/convert.ts';
import { readInvoiceList } from '../invoices/invoice-list.ts';
import { todayOf } from '../invoices/own-invoice.ts';

/** Lists invoices of the caller. */
export const listInvoices: Rpc<Deps, typeof InvoiceService.method.listInvoices> = async (deps, request, call) => {
  const { pageToken, view } = request;
  const limit = pageSizeOf(request);
  const { rows, nextPageToken, tokenAfter } = await readInvoiceList(deps, call, request, { pageToken, limit });
  const today = todayOf(deps, call);
  const invoices = pageWithin(rows, InvoiceSchema, (row) =>
    view === View.FULL ? toInvoice(row, today) : toInvoiceSummary(row, today),
  );
  const next = rows[invoices.length];
  const last = rows[invoices.length - 1];
  return { invoices, nextPageToken: next && last ? tokenAfter(last) : nextPageToken };
};
