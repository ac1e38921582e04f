import { create } from '@bufbuild/protobuf';
import { HttpBodySchema } from '../../../gen/google/api/httpbody_pb.ts';
import {
  ImportInvoicesResponseSchema,
  type InvoiceBulkService,
} from '../../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import {
  CreateInvoiceRequestSchema,
  CreateInvoiceResponseSchema,
  DeleteInvoiceRequestSchema,
  FinalizeInvoiceRequestSchema,
} from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Call, Rpc } from '../../../runtime/call/call.ts';
import { doPart, keepAnswer } from '../../../runtime/call/call-parts.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import type { RowError } from '../../../runtime/csv/read-csv.ts';
import { importRefused, ROW_ERRORS_MAX } from '../../../runtime/csv/row-errors.ts';
import { checkInvoiceRows, recordingPart } from '../csv/check-invoice-rows.ts';
import { type InvoiceOfFile, readInvoiceRows } from '../csv/invoice-rows.ts';
import type { Deps } from '../deps.ts';
import { createInvoice } from './create-invoice.ts';
import { deleteInvoice } from './delete-invoice.ts';
import { finalizeInvoice } from './finalize-invoice.ts';

/**
 * Creates drafts from a CSV file and records the invoices that another system issued, or says what is wrong with the
 * file.
 */
export const importInvoices: Rpc<Deps, typeof InvoiceBulkService.method.importInvoices> = async (
  deps,
  { file = create(HttpBodySchema), dryRun, ...formats },
  call,
) => {
  const read = readInvoiceRows(file, formats);
  const checked = await checkInvoiceRows(deps, call, read.invoices);
  // A cell that cannot be read is not checked.
  const unread = new Set(read.errors.map(placeKey));
  const errors = [...read.errors, ...checked.errors.filter((error) => !unread.has(placeKey(error)))].toSorted(
    (a, b) => a.row - b.row,
  );
  if (!dryRun && errors.length > 0) throw importRefused(errors);
  if (dryRun) {
    if (errors.length > 0) return { errors: errors.slice(0, ROW_ERRORS_MAX) };
    const invoices = checked.invoices.map(({ key, number, content }) => {
      const { currencyCode, totalMinor } = content;
      return { key, currencyCode, totalMinor, number };
    });
    return { invoices };
  }
  const { signal } = call.forward();
  const invoices = [];
  for (const { key, number, invoice: given } of checked.invoices) {
    // After an abort nobody waits for the rest.
    signal?.throwIfAborted();
    const { invoice } = await doPart(deps.idempotency, call, {
      name: `invoice ${key}`,
      responseSchema: CreateInvoiceResponseSchema,
      run: (part) => createInvoice(deps, create(CreateInvoiceRequestSchema, { invoice: given }), part),
    });
    const { id = '', currencyCode = '', totalMinor = 0n } = invoice ?? {};
    if (number !== '') await record(deps, call, id, { key, number });
    invoices.push({ key, invoiceId: id, currencyCode, totalMinor, number });
  }
  const answer = { invoices };
  return keepAnswer(deps.idempotency, call, { schema: ImportInvoicesResponseSchema, answer, now: deps.clock.now() });
};

function placeKey({ row, column }: RowError): string {
  return `${row} ${column}`;
}

/**
 * Records a draft under its number. If that was taken meanwhile, e.g. by another import of the file, the draft is
 * deleted.
 */
async function record(
  deps: Deps,
  call: Call,
  invoiceId: string,
  { key, number }: Pick<InvoiceOfFile, 'key' | 'number'>,
): Promise<void> {
  try {
    await doPart(deps.idempotency, call, {
      ...recordingPart(key),
      run: (part) => finalizeInvoice(deps, create(FinalizeInvoiceRequestSchema, { invoiceId, number }), part),
    });
  } catch (error) {
    if (error instanceof DomainError && error.reason === 'NUMBER_TAKEN') {
      await deleteInvoice(deps, create(DeleteInvoiceRequestSchema, { invoiceId }), call.part(undefined));
    }
    throw error;
  }
}
