import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type RecurringRow, recurringInvoices } from './recurring-schema.ts';
import { deleteRow } from './versioned-row.ts';

/**
 * Prepares the statement that deletes a recurring invoice in the version that was read, and with it its occurrences;
 * gives false, and has deleted nothing, when that is not the present one.
 */
export function prepareDeleteRecurringInvoice(
  db: Database,
): (recurring: RecurringRow, effects: WriteEffects) => Promise<boolean> {
  return prepareWrite(db, 'delete_recurring_invoice', { changed: deleteRow(db, recurringInvoices) });
}
