import { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  type InvoiceService,
  ListInvoicesRequest_View as View,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { createPage } from '../../../runtime/paging/page-within.ts';
import { LARGE_ROWS_AT_ONCE, pageSizeOf } from '../../../runtime/paging/read-page.ts';
import type { Deps } from '../deps.ts';
import { toInvoice, toInvoiceSummary } from '../invoices/convert.ts';
import { readInvoiceList } from '../invoices/invoice-list.ts';
import { todayOf } from '../invoices/own-invoice.ts';

/** Lists invoices of the caller. */
export const listInvoices: Rpc<Deps, typeof InvoiceService.method.listInvoices> = async (deps, request, call) => {
  const limit = pageSizeOf(request);
  const today = todayOf(deps, call);
  const toMessage = request.view === View.FULL ? toInvoice : toInvoiceSummary;
  const { messages: invoices, add } = createPage(InvoiceSchema);
  let { pageToken } = request;
  for (;;) {
    const wanted = Math.min(limit - invoices.length, LARGE_ROWS_AT_ONCE);
    const { rows, nextPageToken, tokenAfter } = await readInvoiceList(deps, call, request, {
      pageToken,
      limit: wanted,
    });
    for (const [index, row] of rows.entries()) {
      const last = rows[index - 1];
      if (!add(toMessage(row, today))) return { invoices, nextPageToken: last ? tokenAfter(last) : pageToken };
    }
    // Fewer rows than wanted mean that there are no more, or that no more were looked through for now.
    if (rows.length < wanted || nextPageToken === '' || invoices.length === limit) return { invoices, nextPageToken };
    pageToken = nextPageToken;
  }
};
