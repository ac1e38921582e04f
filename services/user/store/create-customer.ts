import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { storeIdempotencyRecord } from '../../../runtime/idempotency.ts';
import type { CustomerRow } from '../convert.ts';
import { addToAccount } from './account-gone.ts';
import { claimReference } from './reference-taken.ts';
import { customers } from './schema.ts';
import type { WriteEffects } from './write-effects.ts';

/** Prepares the statement that adds a customer. Throws CUSTOMER_REFERENCE_TAKEN, and UNAUTHENTICATED when the owner's account is gone. */
export function prepareCreateCustomer(db: Database): (customer: CustomerRow, effects: WriteEffects) => Promise<void> {
  const created = db
    .$with('created')
    .as(db.insert(customers).values(columnParameters(customers)).returning({ id: customers.id }));
  const record = storeIdempotencyRecord(db, { changed: created });
  const events = appendEvents(db, { changed: created });
  const statement = db.with(created, record, events).select().from(created).prepare('create_customer');
  return async (customer, { event, idempotency }) => {
    await claimReference(addToAccount(statement.execute({ ...customer, ...idempotency, events: [event] })));
  };
}
