import type { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { eInvoiceFile } from '../e-invoice/e-invoice-file.ts';
import { requireElectronicInvoice } from '../e-invoice/require-electronic-invoice.ts';
import { specificationOf } from '../e-invoice/specification.ts';
import { UBL } from '../e-invoice/syntax.ts';

/** Gives an invoice as an e-invoice in UBL that fulfils a specification, or says what keeps it from being one. */
export const getInvoiceUbl: Rpc<Deps, typeof InvoiceService.method.getInvoiceUbl> = async (
  deps,
  { invoiceId, specification },
  call,
) => {
  return eInvoiceFile(await requireElectronicInvoice(deps, invoiceId, call, UBL, specificationOf(specification)), UBL);
};
