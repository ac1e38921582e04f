import { and, eq, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { InvoiceRow } from './invoice-row.ts';
import { type QuoteRow, quotes } from './quote-schema.ts';
import { invoices } from './schema.ts';
import { deleteRow } from './versioned-row.ts';

/**
 * Prepares the statement that deletes a draft in the version that was read. `released` is the quote that the draft was
 * made from, as it is afterwards: accepted, so that it can be converted again. Gives false, and has changed nothing,
 * when one of them is not in the expected version.
 */
export function prepareDeleteDraft(
  db: Database,
): (draft: InvoiceRow, released: QuoteRow | undefined, effects: WriteEffects) => Promise<boolean> {
  const parameters = columnParameters(invoices);
  const releasedId = sql`${sql.placeholder('releasedId')}::uuid`;
  const releasable = db.$with('releasable', { id: sql<string>`id`.as('id') }).as(sql`
    select id from ${quotes}
    where id = ${releasedId} and owner_id = ${parameters.ownerId} and invoice_id = ${parameters.id}
      and version + 1 = ${sql.placeholder('releasedVersion')}::bigint
    for update
  `);
  const isReleasable = sql`(${releasedId} is null or exists (select 1 from ${releasable}))`;
  const deleted = deleteRow(db, invoices, and(eq(invoices.state, 'DRAFT'), isReleasable));
  const released = db.$with('released', {}).as(sql`
    update ${quotes} set version = version + 1, state = 'ACCEPTED', invoice_id = null, convert_time = null,
      update_time = ${sql.placeholder('releaseTime')}::timestamptz
    from ${releasable}, ${deleted} where quotes.id = releasable.id
  `);
  const write = prepareWrite(db, 'delete_draft', { changed: deleted, parts: [releasable, deleted, released] });
  return ({ id, ownerId, version }, quote, effects) => {
    const releasedId = quote?.id ?? null;
    const releasedVersion = quote?.version ?? null;
    const releaseTime = quote?.updateTime.toISOString() ?? null;
    return write({ id, ownerId, version, releasedId, releasedVersion, releaseTime }, effects);
  };
}
