import { and, eq, sql } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents, type OutboxRow } from '../../../runtime/events/outbox.ts';
import type { customerColumns } from '../convert.ts';
import { claimReference } from './reference-taken.ts';
import { customers } from './schema.ts';

/** What an update writes, and the version it was decided on. */
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
export function prepareUpdateCustomer(db: Database): (update: CustomerUpdate, event: OutboxRow) => Promise<boolean> {
  const { id, ownerId, version, createTime: _, ...columns } = columnParameters(customers);
  const updated = db.$with('updated').as(
    db
      .update(customers)
      .set({ ...columns, version: sql`${customers.version} + 1` })
      .where(and(eq(customers.id, id), eq(customers.ownerId, ownerId), eq(customers.version, version)))
      .returning({ id: customers.id }),
  );
  const events = appendEvents(db, { changed: updated });
  const statement = db.with(updated, events).select().from(updated).prepare('update_customer');
  return async (update, event) => {
    const rows = await claimReference(statement.execute({ ...update, events: [event] }));
    return rows.length > 0;
  };
}
