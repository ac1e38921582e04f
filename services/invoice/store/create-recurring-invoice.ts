import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { storeIdempotencyRecord } from '../../../runtime/idempotency.ts';
import { type RecurringRow, recurringInvoices } from './recurring-schema.ts';
import type { WriteEffects } from './write-effects.ts';

/** Prepares the statement that stores a new recurring invoice. */
export function prepareCreateRecurringInvoice(
  db: Database,
): (recurring: RecurringRow, effects: WriteEffects) => Promise<void> {
  const created = db
    .$with('created')
    .as(
      db.insert(recurringInvoices).values(columnParameters(recurringInvoices)).returning({ id: recurringInvoices.id }),
    );
  const events = appendEvents(db, { changed: created });
  const record = storeIdempotencyRecord(db, { changed: created });
  const statement = db
    .with(created, events, record)
    .select({ id: created.id })
    .from(created)
    .prepare('create_recurring_invoice');
  return async (recurring, { events: outboxRows, idempotency }) => {
    await statement.execute({ ...recurring, events: outboxRows, ...idempotency });
  };
}
