import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type StatementBalance,
  StatementBalanceSchema,
  type StatementEntry,
  StatementEntry_Type,
  StatementEntrySchema,
} from '../../../gen/numer/invoice/v1/customer_statement_pb.ts';
import type { BalancesJson, StatementEntryRow } from '../store/read-statement.ts';
import { toInt64 } from './convert-ledger.ts';

/** A part of a customer's statement. */
export interface CustomerStatement {
  readonly openingBalances: StatementBalance[];
  readonly entries: StatementEntry[];
  readonly closingBalances: StatementBalance[];
}

/** The entries with the balance after each, in its currency, and the balances before and after all of them. */
export function toStatement(opening: BalancesJson, rows: readonly StatementEntryRow[]): CustomerStatement {
  const balances = new Map(Object.entries(opening).map(([currencyCode, balance]) => [currencyCode, BigInt(balance)]));
  const openingBalances = toBalances(balances);
  const entries = rows.map((row) => {
    const balance = (balances.get(row.currencyCode) ?? 0n) + BigInt(row.amountMinor);
    balances.set(row.currencyCode, balance);
    return create(StatementEntrySchema, toEntry(row, balance));
  });
  return { openingBalances, entries, closingBalances: toBalances(balances) };
}

function toBalances(balances: ReadonlyMap<string, bigint>): StatementBalance[] {
  return [...balances]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currencyCode, balance]) => create(StatementBalanceSchema, { currencyCode, balanceMinor: toInt64(balance) }));
}

function toEntry(row: StatementEntryRow, balance: bigint): MessageInitShape<typeof StatementEntrySchema> {
  return {
    entryDate: row.entryDate,
    type: StatementEntry_Type[row.type],
    currencyCode: row.currencyCode,
    amountMinor: toInt64(BigInt(row.amountMinor)),
    balanceMinor: toInt64(balance),
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
