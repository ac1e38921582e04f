import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import type { MailCopy } from '../mail/mail-copies.ts';
import { documentResends, type NotificationRow, notifications } from './schema.ts';

/** How often a document can be mailed again within 24 hours. */
export const RESENDS_MAX = 5;

/**
 * How many documents of an account can be mailed again within 24 hours to addresses that are not on them, so that whoever has stolen
 * an API key cannot mail existing documents to strangers without end. They are counted in a row under the id of the account.
 */
export const ELSEWHERE_MAX = 100;

/** For how long a mail counts against {@link RESENDS_MAX} and {@link ELSEWHERE_MAX}. */
const RESEND_WINDOW_MS = 24 * 3_600_000;

/** The columns of a mail that brings a document again, and its copies. */
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
  | 'ccEmails'
> & { readonly copies: readonly MailCopy[] };

/** Which document is mailed again. */
export interface ResentDocument {
  readonly documentId: string;
  /** Whether it goes to an address that is not on it. */
  readonly isElsewhere: boolean;
}

/**
 * Prepares the statement that queues a mail which brings a document again, and its copies, to be sent at once. Gives false, and has
 * queued nothing, when the document was recently mailed again {@link RESENDS_MAX} times, or documents of the account
 * {@link ELSEWHERE_MAX} times elsewhere. The rows that count are locked, so that simultaneous calls are counted as well. Of several
 * simultaneous calls for one document, one that is refused because of the document may still count for the account.
 */
export function prepareQueueResend(
  db: Database,
): (mail: ResentMail, document: ResentDocument, effects: WriteEffects) => Promise<boolean> {
  const columns = columnParameters(notifications);
  const now = sql`${columns.createTime}::timestamptz`;
  const recent = sql`array(
    select time from unnest(known.resend_times) with ordinality as resend (time, place)
    where time > ${sql.placeholder('since')}::timestamptz order by place
  )`;
  const ownerId = sql`${columns.ownerId}::uuid`;
  const documentId = sql`${sql.placeholder('documentId')}::uuid`;
  const isElsewhere = sql`${sql.placeholder('isElsewhere')}::boolean`;
  /** Counts a mail, unless there were too many or the condition fails. */
  const countFor = (id: SQL, max: number, condition: SQL) => sql`
    insert into ${documentResends} as known (owner_id, document_id, resend_times, update_time)
    select ${ownerId}, ${id}, array[${now}], ${now} where ${condition}
    on conflict (owner_id, document_id) do update
      set resend_times = ${recent} || excluded.resend_times, update_time = excluded.update_time
      where cardinality(${recent}) < ${sql.raw(String(max))}
    returning owner_id
  `;
  const countedElsewhere = db.$with('counted_elsewhere', {}).as(
    countFor(
      ownerId,
      ELSEWHERE_MAX,
      sql`${isElsewhere} and not exists (
        select 1 from ${documentResends} as known where owner_id = ${ownerId} and document_id = ${documentId}
          and cardinality(${recent}) >= ${sql.raw(String(RESENDS_MAX))}
      )`,
    ),
  );
  const counted = db
    .$with('counted', {})
    .as(countFor(documentId, RESENDS_MAX, sql`not ${isElsewhere} or exists (select 1 from ${countedElsewhere})`));
  const mailed = db.$with('mailed', {}).as(sql`
    insert into ${notifications} (id, owner_id, invoice_id, invoice_version, quote_id, credit_note_id, kind, recipient, sender_name,
      reply_to, subject, text_body, html_body, printed, link, request_id, create_time, next_attempt_time, expire_time, cc_emails,
      role, copy_of, addressee)
    select mail.id, owner_id, ${columns.invoiceId}::uuid, ${columns.invoiceVersion}::bigint, ${columns.quoteId}::uuid,
      ${columns.creditNoteId}::uuid, ${columns.kind}::text, mail.recipient, ${columns.senderName}::text,
      ${columns.replyTo}::text, ${columns.subject}::text, ${columns.textBody}::text, ${columns.htmlBody}::text,
      ${columns.printed}::jsonb, ${columns.link}::jsonb, ${columns.requestId}::text, ${now}, ${now}, ${columns.expireTime}::timestamptz,
      ${columns.ccEmails}::jsonb, mail.role, mail.copy_of, mail.addressee
    from ${counted} cross join (
      select ${columns.id}::uuid as id, ${columns.recipient}::text as recipient, 'TO' as role, null::uuid as copy_of, '' as addressee
      union all
      select copy.id, copy.recipient, copy.role, ${columns.id}::uuid, ${columns.recipient}::text
      from jsonb_to_recordset(${jsonParameter('copies')}::jsonb) as copy (id uuid, recipient text, role text)
    ) as mail
    returning id, role
  `);
  const queued = db
    .$with('queued', { id: sql<string>`id`.as('id') })
    .as(sql`select id from ${mailed} where role = 'TO'`);
  const write = prepareWrite(db, 'queue_resend', {
    changed: queued,
    parts: [countedElsewhere, counted, mailed, queued],
  });
  return (mail, document, effects) => {
    const since = new Date(mail.createTime.getTime() - RESEND_WINDOW_MS).toISOString();
    return write({ ...mail, ...document, since }, effects);
  };
}

/** A limit that was reached. */
export interface ResendLimit {
  /** Whether it is the limit of the account, for mails elsewhere, not that of the document. */
  readonly isOfAccount: boolean;
  /** When the next mail can be sent. */
  readonly retryTime: Date;
}

/** Prepares the query for the limit that keeps a document of an owner from being mailed again; undefined when there is none. */
export function prepareFindResendLimit(
  db: Database,
): (
  document: { readonly ownerId: string; readonly documentId: string },
  now: Date,
) => Promise<ResendLimit | undefined> {
  const { ownerId, documentId, resendTimes } = documentResends;
  const statement = db
    .select({ documentId, resendTimes })
    .from(documentResends)
    .where(
      and(
        eq(ownerId, sql.placeholder('ownerId')),
        inArray(documentId, [sql.placeholder('ownerId'), sql.placeholder('documentId')]),
      ),
    )
    .prepare('find_resend_limit');
  return async (document, now) => {
    const limits = (await statement.execute(document)).flatMap((row): ResendLimit[] => {
      const isOfAccount = row.documentId === document.ownerId;
      const [oldest] = row.resendTimes;
      if (oldest === undefined || row.resendTimes.length < (isOfAccount ? ELSEWHERE_MAX : RESENDS_MAX)) return [];
      return [{ isOfAccount, retryTime: new Date(oldest.getTime() + RESEND_WINDOW_MS) }];
    });
    return limits
      .filter(({ retryTime }) => retryTime > now)
      .sort((a, b) => Number(b.retryTime) - Number(a.retryTime))[0];
  };
}
