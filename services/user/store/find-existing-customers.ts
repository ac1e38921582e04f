import { type SQL, sql } from 'drizzle-orm';
import { union } from 'drizzle-orm/pg-core';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { PRESENT_OWNER } from './present-owner.ts';
import { customers } from './schema.ts';

/** Prepares the query for the customers of a user that have one of the given ids or references, none of them empty. */
export function prepareFindExistingCustomers(
  db: Database,
): (
  ownerId: string,
  given: { readonly ids: readonly string[]; readonly references: readonly string[] },
) => Promise<{ readonly id: string; readonly reference: string }[]> {
  const customersOf = (condition: SQL) =>
    db
      .select({ id: customers.id, reference: customers.reference })
      .from(customers)
      .where(sql`${customers.ownerId} = ${PRESENT_OWNER} and ${condition}`);
  const statement = union(
    customersOf(
      sql`${customers.id} = any(array(select value::uuid from jsonb_array_elements_text(${jsonParameter('ids')}::jsonb)))`,
    ),
    customersOf(
      sql`${customers.reference} <> ''
        and ${customers.reference} in (select jsonb_array_elements_text(${jsonParameter('references')}::jsonb))`,
    ),
  ).prepare('find_existing_customers');
  return (ownerId, given) => statement.execute({ ownerId, ...given });
}
