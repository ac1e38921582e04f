import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareErasure } from '../../../runtime/erasure.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { invoices, reminderSettings, reminders } from './schema.ts';

/** Prepares one step of the erasure of an account's reminders, invoices and settings. See `prepareErasure`. */
export function prepareEraseNext(db: Database, stepSize?: number): () => Promise<boolean> {
  return prepareErasure(db, {
    rows: (ownerId) => [
      { table: reminders, where: sql`owner_id = ${ownerId}` },
      { table: invoices, where: sql`owner_id = ${ownerId}` },
      { table: reminderSettings, where: sql`owner_id = ${ownerId}` },
    ],
    stepSize,
  });
}

/** Prepares the erasure of invoices whose events arrived after their account was deleted, with their reminders. */
export function prepareEraseInvoices(db: Database): (invoiceIds: readonly string[]) => Promise<void> {
  const statement = db
    .delete(invoices)
    .where(
      sql`${invoices.invoiceId} in (select value::uuid from jsonb_array_elements_text(${jsonParameter('invoiceIds')}::jsonb))`,
    )
    .prepare('erase_invoices');
  return async (invoiceIds) => {
    await statement.execute({ invoiceIds });
  };
}
