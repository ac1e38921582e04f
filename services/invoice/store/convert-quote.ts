import { sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { insertInvoice } from './insert-invoice.ts';
import type { InvoiceRow } from './invoice-row.ts';
import { type QuoteRow, quotes } from './quote-schema.ts';
import { linesParameter, writeLines } from './write-lines.ts';

/**
 * Prepares the statement that turns an accepted quote into a draft of an invoice and links the two. It expects the version
 * before `quote.version`; gives false, and has stored nothing, when that is not the present one.
 */
export function prepareConvertQuote(
  db: Database,
): (quote: QuoteRow, invoice: InvoiceRow, effects: WriteEffects) => Promise<boolean> {
  const locked = db.$with('locked', { id: sql<string>`id`.as('id') }).as(sql`
    select id from ${quotes}
    where id = ${sql.placeholder('quoteId')}::uuid and owner_id = ${sql.placeholder('ownerId')}::uuid
      and version + 1 = ${sql.placeholder('quoteVersion')}::bigint and state = 'ACCEPTED'
    for update
  `);
  const created = insertInvoice(db, locked);
  const [lines] = writeLines(db, created);
  const converted = db.$with('converted', { id: sql<string>`id`.as('id') }).as(sql`
    update ${quotes} set version = version + 1, state = 'INVOICED', invoice_id = created.id,
      convert_time = ${sql.placeholder('convertTime')}::timestamptz, update_time = ${sql.placeholder('convertTime')}::timestamptz
    from ${locked} as locked, ${created} as created where quotes.id = locked.id
    returning quotes.id
  `);
  const parts = [locked, created, lines, converted];
  const write = prepareWrite(db, 'convert_quote', { changed: converted, parts });
  return (quote, { lines: lineRows, ...invoice }, effects) => {
    const convertTime = quote.updateTime.toISOString();
    return write({ ...invoice, lines: linesParameter(lineRows), quoteVersion: quote.version, convertTime }, effects);
  };
}
