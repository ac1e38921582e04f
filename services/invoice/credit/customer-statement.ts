import { create } from '@bufbuild/protobuf';
import {
  type StatementBalance,
  StatementBalanceSchema,
  type StatementEntry,
  StatementEntrySchema,
} from '../../../gen/numer/invoice/v1/customer_statement_pb.ts';
import type { LedgerEntryFacts } from '../store/ledger-entry-facts.ts';
import type { BalancesJson } from '../store/read-statement.ts';
import { toInt64 } from './convert-ledger.ts';
import { toEntryFields } from './entry-fields.ts';

/** A part of a customer's statement. */
export interface CustomerStatement {
  readonly openingBalances: StatementBalance[];
  readonly entries: StatementEntry[];
  readonly closingBalances: StatementBalance[];
}

/** The entries with the balance after each, in its currency, and the balances before and after all of them. */
export function toStatement(opening: BalancesJson, rows: readonly LedgerEntryFacts[]): CustomerStatement {
  const balances = new Map(Object.entries(opening).map(([currencyCode, balance]) => [currencyCode, BigInt(balance)]));
  const openingBalances = toBalances(balances);
  const entries = rows.map((row) => {
    const balance = (balances.get(row.currencyCode) ?? 0n) + BigInt(row.amountMinor);
    balances.set(row.currencyCode, balance);
    return create(StatementEntrySchema, { ...toEntryFields(row), balanceMinor: toInt64(balance) });
  });
  return { openingBalances, entries, closingBalances: toBalances(balances) };
}

function toBalances(balances: ReadonlyMap<string, bigint>): StatementBalance[] {
  return [...balances]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currencyCode, balance]) => create(StatementBalanceSchema, { currencyCode, balanceMinor: toInt64(balance) }));
}
