import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import type { DocumentType } from '../domain/number-series.ts';
import { creditNotes } from './credit-note-schema.ts';
import { quotes } from './quote-schema.ts';
import { invoices } from './schema.ts';

/** Whether a document of the type has the number. */
export function hasNumber(given: { readonly ownerId: SQL; readonly documentType: SQL; readonly number: SQL }): SQL {
  const isOf = (table: typeof invoices | typeof creditNotes | typeof quotes) =>
    sql`exists (select from ${table} as document where document.owner_id = ${given.ownerId} and document.number = ${given.number})`;
  return sql`case ${given.documentType}
    when 'INVOICE' then ${isOf(invoices)} when 'CREDIT_NOTE' then ${isOf(creditNotes)} else ${isOf(quotes)} end`;
}

/** Prepares the statement that tells whether a document of the owner and type has the number. */
export function prepareHasNumber(
  db: Database,
): (document: {
  readonly ownerId: string;
  readonly documentType: DocumentType;
  readonly number: string;
}) => Promise<boolean> {
  const isTaken = hasNumber({
    ownerId: sql`${sql.placeholder('ownerId')}::uuid`,
    documentType: sql`${sql.placeholder('documentType')}::text`,
    number: sql`${sql.placeholder('number')}::text`,
  });
  const statement = db
    .select({ isTaken: sql<boolean>`${isTaken}` })
    .from(sql`(select) as one`)
    .prepare('has_number');
  return async (document) => (await statement.execute(document))[0]?.isTaken === true;
}
