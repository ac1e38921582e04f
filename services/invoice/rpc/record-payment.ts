import { PaymentRecordedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import {
  type InvoiceService,
  RecordPaymentRequest_Overpayment,
  RecordPaymentResponseSchema,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { payableOf } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { applyPayment } from '../domain/balance.ts';
import { todayOf } from '../own-invoice.ts';
import { paymentDateOf } from '../payment-date.ts';
import { applyRules } from '../rule-errors.ts';
import { settleInvoice } from '../settle-invoice.ts';

/** Records a payment, in part, in full or over. */
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
