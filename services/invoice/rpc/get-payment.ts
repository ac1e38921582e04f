import type { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { toPayment } from '../invoices/convert.ts';
import { getOwnInvoice } from '../invoices/own-invoice.ts';
import { requirePayment } from '../invoices/require-payment.ts';

/** Gives one payment. */
export const getPayment: Rpc<Deps, typeof InvoiceService.method.getPayment> = async (deps, request, call) => {
  const [invoice, row] = await Promise.all([
    getOwnInvoice(deps, call, request.invoiceId),
    deps.store.getPayment(call.user.userId, request.invoiceId, request.paymentId),
  ]);
  return { payment: toPayment(requirePayment(row), invoice.currencyCode) };
};
