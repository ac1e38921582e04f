import { enumToJson } from '@bufbuild/protobuf';
import { StatementEntry_TypeSchema } from '../../../gen/numer/invoice/v1/customer_statement_pb.ts';
import type { LedgerEntry } from '../../../gen/numer/invoice/v1/ledger_entry_pb.ts';
import { formatAmount, getCurrency } from '../domain/currency.ts';
import { type Columns, headerOf, rowOf, timeOf } from './columns.ts';

const COLUMNS: Columns<LedgerEntry> = {
  id: ({ id }) => id,
  entry_date: ({ entryDate }) => entryDate,
  type: ({ type }) => enumToJson(StatementEntry_TypeSchema, type),
  customer_id: ({ customerId }) => customerId,
  customer_name: ({ customerName }) => customerName,
  currency_code: ({ currencyCode }) => currencyCode,
  amount: (entry) => amountOf(entry, entry.amountMinor),
  due: (entry) => amountOf(entry, entry.dueMinor),
  credit: (entry) => amountOf(entry, entry.creditMinor),
  money: (entry) => amountOf(entry, entry.moneyMinor),
  invoice_number: ({ invoiceNumber }) => invoiceNumber,
  due_date: ({ dueDate }) => dueDate,
  invoice_total: (entry) => (entry.invoiceId === '' ? '' : amountOf(entry, entry.invoiceTotalMinor)),
  invoice_tax: (entry) => (entry.invoiceId === '' ? '' : amountOf(entry, entry.invoiceTaxMinor)),
  credit_note_number: ({ creditNoteNumber }) => creditNoteNumber,
  credit_note_total: (entry) => (entry.creditNoteId === '' ? '' : amountOf(entry, entry.creditNoteTotalMinor)),
  credit_note_tax: (entry) => (entry.creditNoteId === '' ? '' : amountOf(entry, entry.creditNoteTaxMinor)),
  method: ({ method }) => method,
  reference: ({ reference }) => reference,
  invoice_id: ({ invoiceId }) => invoiceId,
  payment_id: ({ paymentId }) => paymentId,
  credit_note_id: ({ creditNoteId }) => creditNoteId,
  create_time: ({ createTime }) => timeOf(createTime),
};

/** The header of a table of ledger entries as CSV. */
export const LEDGER_TABLE_HEADER = headerOf(COLUMNS);

/** The row of an entry. */
export function ledgerTableRow(entry: LedgerEntry): string {
  return rowOf(COLUMNS, entry);
}

function amountOf({ currencyCode }: LedgerEntry, minor: bigint): string {
  return formatAmount(minor, getCurrency(currencyCode));
}
