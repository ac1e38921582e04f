import { and, eq } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type RecurringRow, recurringInvoices } from './recurring-schema.ts';

/**
 * Prepares the statement that deletes a recurring invoice in the version that was read, and with it what is known of its
 * occurrences; gives false, and has deleted nothing, when that is not the present one.
 */
export function prepareDeleteRecurringInvoice(
  db: Database,
): (recurring: RecurringRow, effects: WriteEffects) => Promise<boolean> {
  const parameters = columnParameters(recurringInvoices);
  const deleted = db.$with('deleted').as(
    db
      .delete(recurringInvoices)
      .where(
        and(
          eq(recurringInvoices.id, parameters.id),
          eq(recurringInvoices.ownerId, parameters.ownerId),
          eq(recurringInvoices.version, parameters.version),
        ),
      )
      .returning({ id: recurringInvoices.id }),
  );
  const write = prepareWrite(db, 'delete_recurring_invoice', { changed: deleted });
  return ({ id, ownerId, version }, effects) => write({ id, ownerId, version }, effects);
}
