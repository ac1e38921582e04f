import { create } from '@bufbuild/protobuf';
import { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { invalidField } from '../../../runtime/call/errors.ts';
import { encodeMessage } from '../../../runtime/grpc/encode-message.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';
import { toDocumentAllowanceCharge, toInvoiceLine, toTaxTotal } from './convert-amounts.ts';

/** The fields of an invoice that can be large. All others together come to some 200 kB at most. */
export type LargeContent = Pick<InvoiceRow, 'lines' | 'allowances' | 'charges' | 'taxes' | 'retainedTaxes'>;

/**
 * Most bytes of lines, allowances, charges and taxes, the totals of taxes included. Every event about an invoice has
 * them, some also those of a credit note or the changed values (events.ts), and RabbitMQ takes no more than 16 MiB.
 */
const CONTENT_BYTES_MAX = 4 * 1024 * 1024;
/** Most bytes of one item without the items within it: a text of 1,000 characters and its other fields. */
const ITEM_BYTES_MAX = 4_500;

/**
 * Refuses an invoice that has too much in it. An invoice with few items, as nearly all are, is not measured.
 *
 * @throws DomainError INVALID_ARGUMENT
 */
export function requireContentSize(content: LargeContent): void {
  if (countItems(content) * ITEM_BYTES_MAX <= CONTENT_BYTES_MAX) return;
  const { byteLength } = encodeMessage(
    InvoiceSchema,
    create(InvoiceSchema, {
      lines: content.lines.map(toInvoiceLine),
      allowances: content.allowances.map(toDocumentAllowanceCharge),
      charges: content.charges.map(toDocumentAllowanceCharge),
      taxes: content.taxes.map(toTaxTotal),
      retainedTaxes: content.retainedTaxes.map(toTaxTotal),
    }),
  );
  if (byteLength <= CONTENT_BYTES_MAX) return;
  const limit = `${CONTENT_BYTES_MAX} bytes of lines, allowances, charges and taxes`;
  throw invalidField('invoice', `must not have more than ${limit}, but it has ${byteLength}`);
}

function countItems({ lines, allowances, charges, taxes, retainedTaxes }: LargeContent): number {
  let count = lines.length + allowances.length + charges.length + taxes.length + retainedTaxes.length;
  for (const line of lines) count += line.allowances.length + line.charges.length + line.taxes.length;
  for (const item of allowances) count += item.taxes.length;
  for (const item of charges) count += item.taxes.length;
  return count;
}
