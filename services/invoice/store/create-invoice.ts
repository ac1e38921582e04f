import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { storeIdempotencyRecord } from '../../../runtime/idempotency.ts';
import type { InvoiceRow } from './invoice-row.ts';
import { invoices } from './schema.ts';
import type { WriteEffects } from './write-effects.ts';
import { linesParameter, writeLines } from './write-lines.ts';

/** Prepares the statement that stores a new draft with its lines. */
export function prepareCreateInvoice(db: Database): (invoice: InvoiceRow, effects: WriteEffects) => Promise<void> {
  const created = db
    .$with('created')
    .as(db.insert(invoices).values(columnParameters(invoices)).returning({ id: invoices.id }));
  const [lines] = writeLines(db, created);
  const events = appendEvents(db, { changed: created });
  const record = storeIdempotencyRecord(db, { changed: created });
  const statement = db
    .with(created, lines, events, record)
    .select({ id: created.id })
    .from(created)
    .prepare('create_invoice');
  return async ({ lines: rows, ...invoice }, { events: outboxRows, idempotency }) => {
    await statement.execute({ ...invoice, lines: linesParameter(rows), events: outboxRows, ...idempotency });
  };
}
