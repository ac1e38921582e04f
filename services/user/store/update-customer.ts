import { and, eq, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { customerColumns } from '../convert.ts';
import { PRESENT_OWNER } from './present-owner.ts';
import { claimReference } from './reference-taken.ts';
import { customers } from './schema.ts';

/** What an update writes, and the version that it is based on. */
export type CustomerUpdate = ReturnType<typeof customerColumns> & {
  readonly id: string;
  readonly ownerId: string;
  readonly updateTime: Date;
  readonly version: bigint;
};

/**
 * Prepares the statement that changes a customer; gives false, and has changed nothing, when the customer is no longer at
 * the version that was read. Throws CUSTOMER_REFERENCE_TAKEN.
 */
export function prepareUpdateCustomer(
  db: Database,
): (update: CustomerUpdate, effects: WriteEffects) => Promise<boolean> {
  const { id, ownerId, version, createTime: _, ...columns } = columnParameters(customers);
  const updated = db.$with('updated').as(
    db
      .update(customers)
      .set({ ...columns, version: sql`${customers.version} + 1` })
      .where(and(eq(customers.id, id), eq(customers.ownerId, PRESENT_OWNER), eq(customers.version, version)))
      .returning({ id: customers.id }),
  );
  const write = prepareWrite(db, 'update_customer', { changed: updated });
  return (update, effects) => claimReference(write(update, effects));
}
