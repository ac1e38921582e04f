import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import type { CustomerRow, UserRow } from '../convert.ts';
import type { CustomerKey } from './find-customer.ts';
import { userRowColumns } from './find-user.ts';
import { customers, users } from './schema.ts';

/** A user, and one of their customers; null for the one that does not exist. */
export interface FoundParties {
  readonly user: UserRow | null;
  readonly customer: CustomerRow | null;
}

/** Prepares the query for users with one of their customers each, in the order of the keys. */
export function prepareFindParties(db: Database): (keys: readonly CustomerKey[]) => Promise<FoundParties[]> {
  const given = db
    .$with('given', {
      position: sql<number>`position`.as('position'),
      id: sql<string>`id`.as('given_id'),
      ownerId: sql<string>`owner_id`.as('owner_id'),
    })
    .as(sql`
      select position, (key ->> 'id')::uuid as given_id, (key ->> 'ownerId')::uuid as owner_id
      from jsonb_array_elements(${jsonParameter('keys')}::jsonb) with ordinality as keys (key, position)
    `);
  const statement = db
    .with(given)
    .select({ user: userRowColumns, customer: getTableColumns(customers) })
    .from(given)
    .leftJoin(users, eq(users.id, given.ownerId))
    .leftJoin(customers, and(eq(customers.id, given.id), eq(customers.ownerId, users.id)))
    .orderBy(given.position)
    .prepare('find_parties');
  return (keys) => statement.execute({ keys });
}
