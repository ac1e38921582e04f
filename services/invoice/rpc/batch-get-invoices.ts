import type { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { toInvoiceHead } from '../convert.ts';
import type { Deps } from '../deps.ts';

/**
 * Gives invoices of any user without lines and actions. What depends on the day is told for the time zone that the
 * user had when the invoice last changed.
 */
export const batchGetInvoices: Rpc<Deps, typeof InvoiceService.method.batchGetInvoices> = async (deps, request) => {
  const now = deps.clock.now();
  const rows = await deps.store.batchGetInvoices(request.invoiceIds);
  return { invoices: rows.map((row) => toInvoiceHead(row, localDate(now, row.timeZone))) };
};
