import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  type ExportedInvoice,
  ExportedInvoiceSchema,
  type InvoiceService,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { pageOf } from '../../../runtime/paging/found-page.ts';
import { CURSOR_PART, FIRST_ID, type PageCursor } from '../../../runtime/paging/page-token.ts';
import { readMessagePage } from '../../../runtime/paging/read-page.ts';
import type { Deps } from '../deps.ts';
import { calculateDue } from '../domain/balance.ts';
import { nextDueDate } from '../domain/instalments.ts';
import { toPayment } from '../invoices/convert.ts';
import type { ExportedInvoiceRow } from '../store/export-invoices.ts';

const PAGE_SIZE_MAX = 1000;

/** Lists the invoices of all users, or those asked for, in the order of their ids. */
export const exportInvoices: Rpc<Deps, typeof InvoiceService.method.exportInvoices> = async (deps, request) => {
  const { invoiceIds, pageToken, pageSize } = request;
  const ids = invoiceIds.length === 0 ? undefined : invoiceIds;
  const { messages: invoices, nextPageToken } = await readMessagePage(
    { pageToken, pageSize: pageSize || PAGE_SIZE_MAX },
    {
      filters: ['export_invoices', ...invoiceIds],
      cursorShape: [CURSOR_PART.uuid],
      read: async ([afterId = FIRST_ID] = [], limit) =>
        pageOf(await deps.store.exportInvoices({ afterId, limit: limit + 1, ids }), limit, cursorOf),
      cursorOf,
      schema: ExportedInvoiceSchema,
      toMessage: toExportedInvoice,
      rowsAtOnce: PAGE_SIZE_MAX,
    },
  );
  return { invoices, nextPageToken };
};

function cursorOf({ id }: ExportedInvoiceRow): PageCursor {
  return [id];
}

function toExportedInvoice(row: ExportedInvoiceRow): ExportedInvoice {
  return create(ExportedInvoiceSchema, {
    invoiceId: row.id,
    ownerId: row.ownerId,
    version: row.version,
    state: Invoice_State[row.state],
    currencyCode: row.currencyCode,
    dueDate: nextDueDate(row),
    totalMinor: row.totalMinor,
    dueMinor: calculateDue(row),
    payments: paymentsOf(row, 'MONEY'),
    creditPayments: paymentsOf(row, 'CREDIT'),
    creditNotes: row.creditNotes.map(({ id, issueDate, totalMinor, taxMinor }) => ({
      creditNoteId: id,
      issueDate,
      totalMinor: BigInt(totalMinor),
      taxMinor: BigInt(taxMinor),
    })),
    updateTime: timestampFromDate(row.updateTime),
    customerId: row.customerId,
    issueDate: row.issueDate ?? '',
    taxMinor: row.taxMinor,
    paidMinor: row.paidMinor,
    creditedMinor: row.creditedMinor,
    writtenOffMinor: row.writtenOffMinor,
  });
}

function paymentsOf(row: ExportedInvoiceRow, kind: ExportedInvoiceRow['payments'][number]['kind']) {
  return row.payments.filter((payment) => payment.kind === kind).map((payment) => toPayment(payment, row.currencyCode));
}
