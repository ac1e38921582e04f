import { and, eq } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { storeIdempotencyRecord } from '../../../runtime/idempotency.ts';
import type { CustomerRow } from '../convert.ts';
import { PRESENT_OWNER } from './present-owner.ts';
import { customers } from './schema.ts';
import type { WriteEffects } from './write-effects.ts';

/**
 * Prepares the statement that deletes a customer in the version that was read; gives false, and has deleted nothing, when
 * that is not the present one.
 */
export function prepareDeleteCustomer(
  db: Database,
): (customer: CustomerRow, effects: WriteEffects) => Promise<boolean> {
  const parameters = columnParameters(customers);
  const deleted = db.$with('deleted').as(
    db
      .delete(customers)
      .where(
        and(
          eq(customers.id, parameters.id),
          eq(customers.ownerId, PRESENT_OWNER),
          eq(customers.version, parameters.version),
        ),
      )
      .returning({ id: customers.id }),
  );
  const record = storeIdempotencyRecord(db, { changed: deleted });
  const events = appendEvents(db, { changed: deleted });
  const statement = db.with(deleted, record, events).select().from(deleted).prepare('delete_customer');
  return async ({ id, ownerId, version }, { event, idempotency }) => {
    const rows = await statement.execute({ id, ownerId, version, ...idempotency, events: [event] });
    return rows.length > 0;
  };
}
