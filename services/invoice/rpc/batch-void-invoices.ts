import { create } from '@bufbuild/protobuf';
import {
  BatchVoidInvoicesResponseSchema,
  type InvoiceBulkService,
} from '../../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import {
  VoidInvoiceRequestSchema,
  VoidInvoiceResponseSchema,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { inBatch } from '../batch.ts';
import type { Deps } from '../deps.ts';
import { voidInvoice } from './void-invoice.ts';

/** Voids several invoices, each with a result of its own. */
export const batchVoidInvoices: Rpc<Deps, typeof InvoiceBulkService.method.batchVoidInvoices> = async (
  deps,
  request,
  call,
) => {
  const results = await inBatch(deps, call, request.invoiceIds, {
    responseSchema: VoidInvoiceResponseSchema,
    run: (one, invoiceId) => voidInvoice(deps, create(VoidInvoiceRequestSchema, { invoiceId }), one),
  });
  const schema = BatchVoidInvoicesResponseSchema;
  return keepAnswer(deps.idempotency, call, { schema, answer: { results }, now: deps.clock.now() });
};
