import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { CustomerRow } from '../convert.ts';
import { addToAccount } from './account-gone.ts';
import { claimReference } from './reference-taken.ts';
import { customers } from './schema.ts';

/**
 * Prepares the statement that adds a customer. Throws CUSTOMER_REFERENCE_TAKEN, and UNAUTHENTICATED when the owner's
 * account was deleted.
 */
export function prepareCreateCustomer(db: Database): (customer: CustomerRow, effects: WriteEffects) => Promise<void> {
  const created = db
    .$with('created')
    .as(db.insert(customers).values(columnParameters(customers)).returning({ id: customers.id }));
  const write = prepareWrite(db, 'create_customer', { changed: created });
  return async (customer, effects) => {
    await claimReference(addToAccount(write(customer, effects)));
  };
}
