import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { PRESENT_OWNER } from './present-owner.ts';
import { customers } from './schema.ts';

/** Prepares the query for how many of the given references belong to customers of a user. */
export function prepareCountReferences(
  db: Database,
): (ownerId: string, references: readonly string[]) => Promise<number> {
  const statement = db
    .select({ count: sql<number>`count(*)::integer` })
    .from(customers)
    .where(
      sql`${customers.ownerId} = ${PRESENT_OWNER} and ${customers.reference} <> ''
        and ${customers.reference} in (select jsonb_array_elements_text(${jsonParameter('references')}::jsonb))`,
    )
    .prepare('count_references');
  return async (ownerId, references) => (await statement.execute({ ownerId, references }))[0]?.count ?? 0;
}
