import { and, eq } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { storeIdempotencyRecord } from '../../../runtime/idempotency.ts';
import type { InvoiceRow } from './invoice-row.ts';
import { invoices } from './schema.ts';
import type { WriteEffects } from './write-effects.ts';

/**
 * Prepares the statement that deletes a draft in the version that was read; gives false, and has deleted nothing, when
 * that is not the present one.
 */
export function prepareDeleteDraft(db: Database): (draft: InvoiceRow, effects: WriteEffects) => Promise<boolean> {
  const parameters = columnParameters(invoices);
  const deleted = db.$with('deleted').as(
    db
      .delete(invoices)
      .where(
        and(
          eq(invoices.id, parameters.id),
          eq(invoices.ownerId, parameters.ownerId),
          eq(invoices.version, parameters.version),
          eq(invoices.state, 'DRAFT'),
        ),
      )
      .returning({ id: invoices.id }),
  );
  const events = appendEvents(db, { changed: deleted });
  const record = storeIdempotencyRecord(db, { changed: deleted });
  const statement = db.with(deleted, events, record).select({ id: deleted.id }).from(deleted).prepare('delete_draft');
  return async ({ id, ownerId, version }, { events: outboxRows, idempotency }) => {
    const rows = await statement.execute({ id, ownerId, version, events: outboxRows, ...idempotency });
    return rows.length > 0;
  };
}
