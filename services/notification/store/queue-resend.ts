import { and, eq, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { documentResends, type NotificationRow, notifications } from './schema.ts';

/** How often a document can be mailed again within 24 hours. */
export const RESENDS_MAX = 5;

/** For how long a mail counts against {@link RESENDS_MAX}. */
const RESEND_WINDOW_MS = 24 * 3_600_000;

/** The columns of a mail that brings a document again. */
export type ResentMail = Pick<
  NotificationRow,
  | 'id'
  | 'ownerId'
  | 'invoiceId'
  | 'invoiceVersion'
  | 'quoteId'
  | 'creditNoteId'
  | 'kind'
  | 'recipient'
  | 'senderName'
  | 'replyTo'
  | 'subject'
  | 'textBody'
  | 'htmlBody'
  | 'printed'
  | 'link'
  | 'requestId'
  | 'createTime'
  | 'expireTime'
>;

/**
 * Prepares the statement that queues a mail which brings a document again, to be sent at once. Gives false, and has queued nothing, when
 * the document was mailed again {@link RESENDS_MAX} times of late: its row is locked, so that those who come at once are counted as well.
 */
export function prepareQueueResend(
  db: Database,
): (mail: ResentMail, documentId: string, effects: WriteEffects) => Promise<boolean> {
  const columns = columnParameters(notifications);
  const now = sql`${columns.createTime}::timestamptz`;
  const recent = sql`array(
    select time from unnest(known.resend_times) with ordinality as resend (time, place)
    where time > ${sql.placeholder('since')}::timestamptz order by place
  )`;
  const counted = db.$with('counted', {}).as(sql`
    insert into ${documentResends} as known (owner_id, document_id, resend_times, update_time)
    values (${columns.ownerId}::uuid, ${sql.placeholder('documentId')}::uuid, array[${now}], ${now})
    on conflict (owner_id, document_id) do update
      set resend_times = ${recent} || excluded.resend_times, update_time = excluded.update_time
      where cardinality(${recent}) < ${sql.raw(String(RESENDS_MAX))}
    returning owner_id
  `);
  const queued = db.$with('queued', { id: sql<string>`id`.as('id') }).as(sql`
    insert into ${notifications} (id, owner_id, invoice_id, invoice_version, quote_id, credit_note_id, kind, recipient, sender_name,
      reply_to, subject, text_body, html_body, printed, link, request_id, create_time, next_attempt_time, expire_time)
    select ${columns.id}::uuid, owner_id, ${columns.invoiceId}::uuid, ${columns.invoiceVersion}::bigint, ${columns.quoteId}::uuid,
      ${columns.creditNoteId}::uuid, ${columns.kind}::text, ${columns.recipient}::text, ${columns.senderName}::text,
      ${columns.replyTo}::text, ${columns.subject}::text, ${columns.textBody}::text, ${columns.htmlBody}::text,
      ${columns.printed}::jsonb, ${columns.link}::jsonb, ${columns.requestId}::text, ${now}, ${now}, ${columns.expireTime}::timestamptz
    from ${counted}
    returning id
  `);
  const write = prepareWrite(db, 'queue_resend', { changed: queued, parts: [counted, queued] });
  return (mail, documentId, effects) => {
    const since = new Date(mail.createTime.getTime() - RESEND_WINDOW_MS).toISOString();
    return write({ ...mail, documentId, since }, effects);
  };
}

/** Prepares the query of when a document of an owner can be mailed again, once it cannot for now. */
export function prepareFindResendTime(
  db: Database,
): (document: { readonly ownerId: string; readonly documentId: string }) => Promise<Date | undefined> {
  const statement = db
    .select({ times: documentResends.resendTimes })
    .from(documentResends)
    .where(
      and(
        eq(documentResends.ownerId, sql.placeholder('ownerId')),
        eq(documentResends.documentId, sql.placeholder('documentId')),
      ),
    )
    .prepare('find_resend_time');
  return async (document) => {
    const oldest = (await statement.execute(document))[0]?.times[0];
    return oldest && new Date(oldest.getTime() + RESEND_WINDOW_MS);
  };
}
