import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { reminders } from './schema.ts';

/**
 * Prepares the list of an owner's invoices with scheduled reminders that follow a due date: ids after the given one, in
 * ascending order.
 */
export function prepareListRemindedInvoices(
  db: Database,
): (ownerId: string, after: string, limit: number) => Promise<string[]> {
  const statement = db
    .selectDistinct({ invoiceId: reminders.invoiceId })
    .from(reminders)
    .where(
      sql`${reminders.ownerId} = ${sql.placeholder('ownerId')} and ${reminders.invoiceId} > ${sql.placeholder('after')}
        and ${reminders.state} = 'SCHEDULED' and ${reminders.offsetDays} is not null`,
    )
    .orderBy(reminders.invoiceId)
    .limit(sql.placeholder('limit'))
    .prepare('list_reminded_invoices');
  return async (ownerId, after, limit) =>
    (await statement.execute({ ownerId, after, limit })).map(({ invoiceId }) => invoiceId);
}
