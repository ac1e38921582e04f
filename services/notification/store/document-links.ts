import { and, eq, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { documentLinks } from './schema.ts';

/** The link of a document that was rotated or revoked. */
export type DocumentLinkRow = Readonly<typeof documentLinks.$inferSelect>;

/** Prepares the statement that reads the link of a document; undefined when it was neither rotated nor revoked. */
export function prepareFindDocumentLink(
  db: Database,
): (document: Pick<DocumentLinkRow, 'ownerId' | 'documentId'>) => Promise<DocumentLinkRow | undefined> {
  const statement = db
    .select()
    .from(documentLinks)
    .where(
      and(
        eq(documentLinks.ownerId, sql.placeholder('ownerId')),
        eq(documentLinks.documentId, sql.placeholder('documentId')),
      ),
    )
    .prepare('find_document_link');
  return async ({ ownerId, documentId }) => (await statement.execute({ ownerId, documentId }))[0];
}

/** Prepares the statement that stores a changed link. Gives false, and has stored nothing, when the link is not at the version before. */
export function prepareSaveDocumentLink(
  db: Database,
): (link: DocumentLinkRow, effects: WriteEffects) => Promise<boolean> {
  const columns = columnParameters(documentLinks);
  const saved = db.$with('saved', { documentId: sql<string>`document_id`.as('document_id') }).as(sql`
    insert into ${documentLinks} as present (owner_id, document_id, version, revoked, update_time)
    select ${columns.ownerId}::uuid, ${columns.documentId}::uuid, ${columns.version}::bigint, ${columns.revoked}::boolean,
      ${columns.updateTime}::timestamptz
    where ${columns.version}::bigint = 1 or exists (
      select 1 from ${documentLinks} where owner_id = ${columns.ownerId}::uuid and document_id = ${columns.documentId}::uuid
    )
    on conflict (owner_id, document_id) do update set version = excluded.version, revoked = excluded.revoked,
      update_time = excluded.update_time
    where present.version + 1 = excluded.version
    returning document_id
  `);
  return prepareWrite(db, 'save_document_link', { changed: saved });
}
