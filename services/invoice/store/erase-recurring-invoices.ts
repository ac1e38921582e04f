import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { recurringInvoices } from './recurring-schema.ts';

/** Prepares the erasure of the recurring invoices of some users. Once it is done they make no invoice any more. */
export function prepareEraseRecurringInvoices(db: Database): (ownerIds: readonly string[]) => Promise<void> {
  const statement = db
    .delete(recurringInvoices)
    .where(
      sql`${recurringInvoices.ownerId} in (select value::uuid from jsonb_array_elements_text(${jsonParameter('ownerIds')}::jsonb))`,
    )
    .prepare('erase_recurring_invoices');
  return async (ownerIds) => {
    await statement.execute({ ownerIds });
  };
}
