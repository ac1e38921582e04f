import { create } from '@bufbuild/protobuf';
import type { InvoiceBulkService } from '../../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import {
  ListInvoicesRequestSchema,
  ListInvoicesRequest_View as View,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { CSV_CONTENT_TYPE } from '../../../runtime/csv/write-csv.ts';
import { decodePageToken, encodePageToken } from '../../../runtime/paging/page-token.ts';
import { INVOICE_TABLE, LINE_TABLE } from '../csv/invoice-table.ts';
import type { Deps } from '../deps.ts';
import { toInvoice, toInvoiceHead } from '../invoices/convert.ts';
import { invoiceList } from '../invoices/invoice-list.ts';
import { todayOf } from '../invoices/own-invoice.ts';

/**
 * Invoices that are read for a part. Each may be several megabytes; with their lines, up to 500 each, fewer are read.
 */
const INVOICES_MAX = 100;
const INVOICES_WITH_LINES_MAX = 50;

/** A part ends with the invoice that brings it to this many characters. */
const PART_LENGTH = 1_000_000;

/** Gives a part of a CSV file of invoices. */
export const downloadInvoices: Rpc<Deps, typeof InvoiceBulkService.method.downloadInvoices> = async (
  deps,
  { filter = create(ListInvoicesRequestSchema), pageToken },
  call,
) => {
  const isOfLines = filter.view === View.FULL;
  const table = isOfLines ? LINE_TABLE : INVOICE_TABLE;
  const limit = isOfLines ? INVOICES_WITH_LINES_MAX : INVOICES_MAX;
  const list = invoiceList(deps, call, { list: filter, path: 'filter.' });
  const page = await list.read(decodePageToken(pageToken, list.filters, list.cursorShape), limit);
  const today = todayOf(deps, call);
  const written = [pageToken === '' ? table.header : ''];
  let { next } = page;
  let length = 0;
  for (const row of page.rows) {
    const invoice = isOfLines ? toInvoice(row, today) : toInvoiceHead(row, today);
    const rows = table.rowsOf(invoice, row);
    written.push(rows);
    length += rows.length;
    if (length < PART_LENGTH || row === page.rows.at(-1)) continue;
    next = list.cursorOf(row);
    break;
  }
  return {
    file: { contentType: CSV_CONTENT_TYPE, data: Buffer.from(written.join('')) },
    nextPageToken: next === undefined ? '' : encodePageToken(next, list.filters),
    fileName: 'invoices.csv',
  };
};
