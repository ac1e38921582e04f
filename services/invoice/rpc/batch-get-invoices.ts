import { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { createPage } from '../../../runtime/paging/page-within.ts';
import type { Deps } from '../deps.ts';
import { toInvoiceHead } from '../invoices/convert.ts';

/** Invoices read at once. Each may be several megabytes, and those that do not fit into the answer are read in vain. */
const INVOICES_PER_READ = 20;

/**
 * Gives invoices of any user without lines and actions, as many as fit into the answer. What depends on the day is
 * calculated in the time zone that the user had when the invoice last changed.
 */
export const batchGetInvoices: Rpc<Deps, typeof InvoiceService.method.batchGetInvoices> = async (deps, request) => {
  const now = deps.clock.now();
  const ids = [...new Set(request.invoiceIds.map((id) => id.toLowerCase()))];
  const page = createPage(InvoiceSchema);
  for (let start = 0; start < ids.length; start += INVOICES_PER_READ) {
    const end = start + INVOICES_PER_READ;
    const rows = await deps.store.batchGetInvoices(ids.slice(start, end));
    const left = rows.findIndex((row) => !page.add(toInvoiceHead(row, localDate(now, row.timeZone))));
    if (left === -1) continue;
    const remainingInvoiceIds = [...rows.slice(left).map(({ id }) => id), ...ids.slice(end)];
    return { invoices: page.messages, remainingInvoiceIds };
  }
  return { invoices: page.messages };
};
