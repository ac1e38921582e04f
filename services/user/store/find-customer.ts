import { and, eq } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { CustomerRow } from '../convert.ts';
import { PRESENT_OWNER } from './present-owner.ts';
import { customers } from './schema.ts';

/** The id of a customer, and the owner that it must have. */
export interface CustomerKey {
  readonly id: string;
  readonly ownerId: string;
}

/** Prepares the query for one customer of a user. */
export function prepareFindCustomer(db: Database): (key: CustomerKey) => Promise<CustomerRow | undefined> {
  const { id } = columnParameters(customers);
  const statement = db
    .select()
    .from(customers)
    .where(and(eq(customers.id, id), eq(customers.ownerId, PRESENT_OWNER)))
    .prepare('find_customer');
  return async (key) => (await statement.execute({ ...key }))[0];
}
