import type { ExportedInvoice } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Deps } from './deps.ts';

/** Reads invoices by id from the invoice service, page by page. Ids without an invoice are left out. */
export async function* readInvoices(
  deps: Deps,
  invoiceIds: string[],
  requestId: string,
): AsyncGenerator<readonly ExportedInvoice[]> {
  // Without ids the invoice service would list all invoices.
  if (invoiceIds.length === 0) return;
  let pageToken = '';
  do {
    const page = await deps.invoices.exportInvoices({ invoiceIds, pageToken }, await deps.callAsService(requestId));
    yield page.invoices;
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
}
