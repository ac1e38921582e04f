import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type RecurringRow, recurringInvoices } from './recurring-schema.ts';

/** Prepares the statement that stores a new recurring invoice. */
export function prepareCreateRecurringInvoice(
  db: Database,
): (recurring: RecurringRow, effects: WriteEffects) => Promise<void> {
  const created = db
    .$with('created')
    .as(
      db.insert(recurringInvoices).values(columnParameters(recurringInvoices)).returning({ id: recurringInvoices.id }),
    );
  const write = prepareWrite(db, 'create_recurring_invoice', { changed: created });
  return async (recurring, effects) => {
    await write(recurring, effects);
  };
}
