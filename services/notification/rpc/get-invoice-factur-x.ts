import type { DocumentService } from '../../../gen/numer/notification/v1/document_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { pdfFile } from '../pdf/pdf-file.ts';
import { printedAsOpened } from '../pdf/print.ts';
import { requireFacturX } from '../pdf/require-factur-x.ts';
import { required } from '../required.ts';

/** Gives an invoice of the caller as Factur-X. Throws INVOICE_NOT_FOUND and E_INVOICE_IMPOSSIBLE. */
export const getInvoiceFacturX: Rpc<Deps, typeof DocumentService.method.getInvoiceFacturX> = async (
  deps,
  { invoiceId },
  call,
) => {
  // One after the other: an invoice that can be an e-invoice was opened, and from then on only its memo can change.
  const { file, memo } = await deps.invoices.getInvoiceCii({ invoiceId }, call.forward());
  const response = await deps.invoices.getInvoice({ invoiceId }, call.forward());
  const invoice = required(response.invoice, 'invoice');
  requireFacturX(invoice);
  const document = printedAsOpened(invoice, memo);
  return pdfFile(deps, call, { document, eInvoice: required(file, 'file').data });
};
