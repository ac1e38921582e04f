import { and, eq } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { storeIdempotencyRecord } from '../../../runtime/idempotency.ts';
import { type RecurringRow, recurringInvoices } from './recurring-schema.ts';
import type { WriteEffects } from './write-effects.ts';

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
  const events = appendEvents(db, { changed: deleted });
  const record = storeIdempotencyRecord(db, { changed: deleted });
  const statement = db
    .with(deleted, events, record)
    .select({ id: deleted.id })
    .from(deleted)
    .prepare('delete_recurring_invoice');
  return async ({ id, ownerId, version }, { events: outboxRows, idempotency }) => {
    const rows = await statement.execute({ id, ownerId, version, events: outboxRows, ...idempotency });
    return rows.length > 0;
  };
}
