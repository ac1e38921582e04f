import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type LedgerEntryRow, ledgerEntries } from './ledger-schema.ts';

/** A deposit or a refund to store: only the ledger has them. */
export type NewCreditEntry = Omit<LedgerEntryRow, 'sequence'>;

/**
 * Prepares the statement that adds a deposit or a refund to the ledger. It breaks a constraint of `customer_accounts`, and so
 * stores nothing, when the customer's credit would become negative or too large.
 */
export function prepareRecordCreditEntry(
  db: Database,
): (entry: NewCreditEntry, effects: WriteEffects) => Promise<void> {
  const { sequence: _sequence, ...columns } = columnParameters(ledgerEntries);
  const recorded = db
    .$with('recorded')
    .as(db.insert(ledgerEntries).values(columns).returning({ id: ledgerEntries.id }));
  const write = prepareWrite(db, 'record_credit_entry', { changed: recorded });
  return async (entry, effects) => {
    await write(entry, effects);
  };
}
