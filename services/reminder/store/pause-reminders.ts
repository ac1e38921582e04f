import { sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type InvoiceRow, invoices } from './schema.ts';

/** What is written when a pause begins or ends. */
export interface PauseReminders extends WriteEffects {
  /** The invoice with its new `paused` and `planVersion`. If its row exists, only these two are written. */
  readonly invoice: InvoiceRow;
}

/**
 * Prepares the statement that begins or ends a pause. An invoice whose events have not arrived yet gets its row here.
 * Gives false and writes nothing when the pause was changed since it was read.
 */
export function preparePauseReminders(db: Database): (pause: PauseReminders) => Promise<boolean> {
  const changed = db.$with('changed').as(
    db
      .insert(invoices)
      .values(columnParameters(invoices))
      .onConflictDoUpdate({
        target: invoices.invoiceId,
        set: { paused: sql`excluded.paused`, planVersion: sql`excluded.plan_version` },
        setWhere: sql`${invoices.planVersion} + 1 = excluded.plan_version`,
      })
      .returning({ invoiceId: invoices.invoiceId }),
  );
  const write = prepareWrite(db, 'pause_reminders', { changed });
  return ({ invoice, ...effects }) => write(invoice, effects);
}
