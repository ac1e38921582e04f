import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { DocumentService } from '../../../gen/numer/notification/v1/document_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { pdfFile } from '../pdf/pdf-file.ts';
import { presentOf } from '../pdf/present.ts';
import { withPresentParties } from '../pdf/present-parties.ts';
import { printedInvoice } from '../pdf/print.ts';
import { required } from '../required.ts';

/** Gives an invoice of the caller as PDF. Throws INVOICE_NOT_FOUND. */
export const getInvoicePdf: Rpc<Deps, typeof DocumentService.method.getInvoicePdf> = async (deps, request, call) => {
  const response = await deps.invoices.getInvoice({ invoiceId: request.invoiceId }, call.forward());
  const stored = required(response.invoice, 'invoice');
  const isDraft = stored.state === Invoice_State.DRAFT;
  const invoice = isDraft ? await withPresentParties(deps, call, stored, stored.customerId) : stored;
  const document = printedInvoice(invoice, await presentOf(deps, call, stored));
  return pdfFile(deps, call, { document });
};
