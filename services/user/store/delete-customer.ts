import { and, eq } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { CustomerRow } from '../convert.ts';
import { PRESENT_OWNER } from './present-owner.ts';
import { customers } from './schema.ts';

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
  return prepareWrite(db, 'delete_customer', { changed: deleted });
}
