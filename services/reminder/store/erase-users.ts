import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { invoices } from './schema.ts';

/** Prepares the erasure of what is held about the invoices of some users; their reminders go with them. */
export function prepareEraseUsers(db: Database): (ownerIds: readonly string[]) => Promise<void> {
  const statement = db
    .delete(invoices)
    .where(
      sql`${invoices.ownerId} in (select value::uuid from jsonb_array_elements_text(${jsonParameter('ownerIds')}::jsonb))`,
    )
    .prepare('erase_users');
  return async (ownerIds) => {
    await statement.execute({ ownerIds });
  };
}
