import { enumToJson } from '@bufbuild/protobuf';
import { Invoice_StateSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  type NotificationService,
  ResendInvoiceResponseSchema,
} from '../../../gen/numer/notification/v1/notification_service_pb.ts';
import { type Rpc, versionOf } from '../../../runtime/call/call.ts';
import { toInvoiceFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { languageOf } from '../domain/language.ts';
import { invoiceResendRefusal } from '../domain/resendable.ts';
import { writeInvoiceMail } from '../domain/write-mails.ts';
import { requireResendable, sendAgain } from '../mail/send-again.ts';
import { presentOf } from '../pdf/present.ts';
import { printedInvoice } from '../pdf/print.ts';
import { required } from '../required.ts';

/** Has an invoice of the caller mailed again. Throws INVOICE_NOT_FOUND and INVOICE_STATE, and what {@link sendAgain} throws. */
export const resendInvoice: Rpc<Deps, typeof NotificationService.method.resendInvoice> = async (
  deps,
  request,
  call,
) => {
  const response = await deps.invoices.getInvoice({ invoiceId: request.invoiceId }, call.forward());
  const invoice = required(response.invoice, 'invoice');
  const state = enumToJson(Invoice_StateSchema, invoice.state);
  requireResendable('INVOICE_STATE', state, invoiceResendRefusal({ state, sent: invoice.sendTime !== undefined }));
  const { id, etag, customerId, customer } = invoice;
  const present = await presentOf(deps, call, invoice);
  return sendAgain(deps, call, request, {
    document: invoice,
    linkedKind: 'INVOICE',
    customerId,
    about: {
      kind: 'INVOICE_SENT',
      invoiceId: id,
      // Events that withdraw the mail have a later version.
      invoiceVersion: versionOf(etag) ?? null,
    },
    content: writeInvoiceMail(
      toInvoiceFacts(invoice),
      present.today,
      languageOf(customer?.locale ?? ''),
      request.message,
    ),
    printed: () => printedInvoice(invoice, present),
    responseSchema: ResendInvoiceResponseSchema,
  });
};
