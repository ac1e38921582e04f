import { PaymentRecordedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import {
  type InvoiceService,
  RecordPaymentRequest_Overpayment,
  RecordPaymentResponseSchema,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { applyPayment } from '../domain/balance.ts';
import { payableOf } from '../invoices/convert.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { paymentDateOf } from '../invoices/payment-date.ts';
import { settleInvoice } from '../invoices/settle-invoice.ts';
import { applyRules } from '../rule-errors.ts';

/** Records a payment: a partial one, a full one or an overpayment. */
export const recordPayment: Rpc<Deps, typeof InvoiceService.method.recordPayment> = async (deps, request, call) => {
  const { invoiceId, amountMinor, method, reference } = request;
  const overpayment = request.overpayment === RecordPaymentRequest_Overpayment.CREDIT ? 'CREDIT' : 'REFUSE';
  return settleInvoice(deps, call, invoiceId, {
    kind: 'MONEY',
    paymentDate: paymentDateOf(request.paymentDate, 'payment_date', todayOf(deps, call)),
    method,
    reference,
    reason: '',
    decide: (invoice) => applyRules('', () => applyPayment(payableOf(invoice), amountMinor, overpayment)),
    eventSchema: PaymentRecordedSchema,
    responseSchema: RecordPaymentResponseSchema,
  });
};
