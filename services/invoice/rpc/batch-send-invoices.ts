import { create } from '@bufbuild/protobuf';
import {
  BatchSendInvoicesResponseSchema,
  type InvoiceBulkService,
} from '../../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import {
  SendInvoiceRequestSchema,
  SendInvoiceResponseSchema,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { inBatch } from '../batch.ts';
import type { Deps } from '../deps.ts';
import { sendInvoice } from './send-invoice.ts';

/** Sends several invoices, each with a result of its own. */
export const batchSendInvoices: Rpc<Deps, typeof InvoiceBulkService.method.batchSendInvoices> = async (
  deps,
  request,
  call,
) => {
  const { invoiceIds, message } = request;
  const results = await inBatch(deps, call, invoiceIds, {
    responseSchema: SendInvoiceResponseSchema,
    run: (one, invoiceId) => sendInvoice(deps, create(SendInvoiceRequestSchema, { invoiceId, message }), one),
  });
  const schema = BatchSendInvoicesResponseSchema;
  return keepAnswer(deps.idempotency, call, { schema, answer: { results }, now: deps.clock.now() });
};
