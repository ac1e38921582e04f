import type { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CURSOR_PART } from '../../../runtime/paging/page-token.ts';
import { readPage } from '../../../runtime/paging/read-page.ts';
import type { Deps } from '../deps.ts';
import { toPayment } from '../invoices/convert.ts';
import { getOwnInvoice } from '../invoices/own-invoice.ts';

/** Lists the payments of an invoice, newest first. */
export const listPayments: Rpc<Deps, typeof InvoiceService.method.listPayments> = async (deps, request, call) => {
  const { invoiceId } = request;
  const [{ rows, nextPageToken }, invoice] = await Promise.all([
    readPage(request, {
      filters: { invoiceId },
      cursorShape: [CURSOR_PART.time, CURSOR_PART.uuid],
      read: (cursor, limit) => deps.store.listPayments(call.user.userId, invoiceId, cursor, limit),
      cursorOf: (row) => [row.cursorTime, row.id],
    }),
    getOwnInvoice(deps, call, invoiceId),
  ]);
  return { payments: rows.map((row) => toPayment(row, invoice.currencyCode)), nextPageToken };
};
