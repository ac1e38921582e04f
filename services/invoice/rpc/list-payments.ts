import type { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { CURSOR_PART, decodePageToken, encodePageToken, PAGE_SIZE_DEFAULT } from '../../../runtime/page-token.ts';
import { toPayment } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { getOwnInvoice } from '../own-invoice.ts';

/** Lists the payments of an invoice, newest first. */
export const listPayments: Rpc<Deps, typeof InvoiceService.method.listPayments> = async (deps, request, call) => {
  const filters = { invoiceId: request.invoiceId };
  const cursor = decodePageToken(request.pageToken, filters, [CURSOR_PART.time, CURSOR_PART.uuid]);
  const limit = request.pageSize === 0 ? PAGE_SIZE_DEFAULT : request.pageSize;
  const [invoice, rows] = await Promise.all([
    getOwnInvoice(deps, call, request.invoiceId),
    deps.store.listPayments(call.user.userId, request.invoiceId, cursor, limit + 1),
  ]);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    payments: page.map((row) => toPayment(row, invoice.currencyCode)),
    nextPageToken: last === undefined ? '' : encodePageToken([last.cursorTime, last.id], filters),
  };
};
