import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { CURSOR_PART, decodePageToken, encodePageToken } from '../../../runtime/page-token.ts';
import { balanceOf, toPayment } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { calculateDue } from '../domain/balance.ts';
import { nextDueDate } from '../domain/instalments.ts';
import type { ExportedInvoiceRow } from '../store/export-invoices.ts';

const PAGE_SIZE_MAX = 1000;

/** What binds a page token to this list, which has no filters. */
const FILTERS = 'export_invoices';

/** Lists the invoices of all users in the order of their ids. */
export const exportInvoices: Rpc<Deps, typeof InvoiceService.method.exportInvoices> = async (deps, request) => {
  const cursor = decodePageToken(request.pageToken, FILTERS, [CURSOR_PART.uuid]);
  const limit = request.pageSize === 0 ? PAGE_SIZE_MAX : request.pageSize;
  const rows = await deps.store.exportInvoices(cursor?.[0], limit + 1);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    invoices: page.map(toExportedInvoice),
    nextPageToken: last === undefined ? '' : encodePageToken([last.id], FILTERS),
  };
};

function toExportedInvoice(row: ExportedInvoiceRow) {
  return {
    invoiceId: row.id,
    ownerId: row.ownerId,
    version: row.version,
    state: Invoice_State[row.state],
    currencyCode: row.currencyCode,
    dueDate: nextDueDate(row),
    totalMinor: row.totalMinor,
    dueMinor: calculateDue(balanceOf(row)),
    payments: row.payments.map((payment) => toPayment(payment, row.currencyCode)),
    updateTime: timestampFromDate(row.updateTime),
  };
}
