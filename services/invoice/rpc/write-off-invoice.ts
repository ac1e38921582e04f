import {
  type InvoiceService,
  WriteOffInvoiceResponseSchema,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { InvoiceWrittenOffSchema } from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { writeOff } from '../domain/balance.ts';
import { payableOf } from '../invoices/convert.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { settleInvoice } from '../invoices/settle-invoice.ts';
import { applyRules } from '../rule-errors.ts';

/** Writes off the amount due, in part or in full. */
export const writeOffInvoice: Rpc<Deps, typeof InvoiceService.method.writeOffInvoice> = (deps, request, call) =>
  settleInvoice(deps, call, request.invoiceId, {
    kind: 'WRITE_OFF',
    paymentDate: todayOf(deps, call),
    method: '',
    reference: '',
    reason: request.reason,
    decide: (invoice) => applyRules('', () => writeOff(payableOf(invoice), request.amountMinor)),
    eventSchema: InvoiceWrittenOffSchema,
    responseSchema: WriteOffInvoiceResponseSchema,
  });
