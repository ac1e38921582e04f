import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { StatementEntry_Type } from '../../../gen/numer/invoice/v1/customer_statement_pb.ts';
import type { LedgerEntryFacts } from '../store/ledger-entry-facts.ts';
import { toInt64 } from './convert-ledger.ts';

/** The fields that an entry has both on the statement of its customer and in the journal of all customers. */
export function toEntryFields(row: LedgerEntryFacts) {
  return {
    entryDate: row.entryDate,
    type: StatementEntry_Type[row.type],
    currencyCode: row.currencyCode,
    amountMinor: toInt64(BigInt(row.amountMinor)),
    invoiceId: row.invoiceId ?? '',
    invoiceNumber: row.invoiceNumber ?? '',
    dueDate: row.dueDate ?? '',
    paymentId: row.paymentId ?? '',
    creditNoteId: row.creditNoteId ?? '',
    creditNoteNumber: row.creditNoteNumber ?? '',
    method: row.method,
    reference: row.reference,
    createTime: timestampFromDate(new Date(row.createTime)),
  };
}
