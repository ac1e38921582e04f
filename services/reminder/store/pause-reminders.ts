import { sql } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { invoices } from './schema.ts';

/** An invoice as its owner sees it now, and whether its reminders are paused from now on. */
export type PausedInvoice = typeof invoices.$inferSelect;

/** Prepares the start and the end of a pause. An invoice whose events have not arrived yet gets its row here. */
export function preparePauseReminders(db: Database) {
  const statement = db
    .insert(invoices)
    .values(columnParameters(invoices))
    .onConflictDoUpdate({ target: invoices.invoiceId, set: { paused: sql`excluded.paused` } })
    .returning({ invoiceId: invoices.invoiceId })
    .prepare('pause_reminders');
  return async (invoice: PausedInvoice): Promise<void> => {
    await statement.execute({ ...invoice });
  };
}
