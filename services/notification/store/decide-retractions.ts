import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { mailRetractions, notifications } from './schema.ts';

/** Most retractions that one statement decides. */
export const DECIDE_BATCH = 200;

/** How long to wait at most until another look at what could not be decided; until then as long as it has waited already. */
const PAUSE = sql.raw(`interval '15 minutes'`);
const PAUSE_MIN = sql.raw(`interval '1 second'`);

/**
 * Prepares the statement that decides which of the retractions that are due are owed, queues these, and gives how many it looked at.
 * One is owed when a mail that it takes back was sent, or may have been; none is while such a mail is with a mail server. One of an invoice whose revision
 * is mailed to the same address is owed only when that mail is not sent, since it says the same.
 */
export function prepareDecideRetractions(db: Database): (now: Date) => Promise<number> {
  const now = sql`${sql.placeholder('now')}::timestamptz`;
  const due = db.$with('due', {}).as(sql`
    select * from ${mailRetractions} where decide_time <= ${now} order by decide_time, id limit ${sql.raw(String(DECIDE_BATCH))}
    for update skip locked
  `);
  const about = db.$with('about', {}).as(sql`
    select id, owner_id, invoice_id, payment_id, recipient, true as is_retracted from due
    union all select id, owner_id, revision_id, null, recipient, false from due where revision_id is not null
  `);
  // Locked, so that a claim that is being made shows as a lease: a mail that is claimed later is not sent.
  const mails = db.$with('mails', {}).as(sql`
    select about.id, about.is_retracted, mail.id as mail_id, mail.kind, mail.invoice_version, mail.state, mail.lease_token,
      mail.send_time is not null as was_sent,
      mail.may_have_left, lower(mail.recipient) = lower(about.recipient) as is_to_same
    from about
    join ${notifications} as mail on mail.owner_id = about.owner_id and mail.invoice_id = about.invoice_id
    where case when not about.is_retracted then mail.kind = 'INVOICE_SENT'
      else about.payment_id is null or mail.kind = 'PAYMENT_RECEIVED' and mail.payment_id = about.payment_id end
    order by mail.id for update of mail
  `);
  const decided = db.$with('decided', { decision: sql<string>`decision`.as('decision') }).as(sql`
    select due.*, (
      select case
        when bool_or(is_retracted and was_sent) is not true and bool_or(is_retracted and lease_token is not null) then 'WAIT'
        when bool_or(is_retracted and (was_sent or may_have_left)) is not true then 'NOT_OWED'
        when due.revision_id is null then 'OWED'
        when bool_or(not is_retracted and was_sent and is_to_same) then 'NOT_OWED'
        when bool_and(state = 'FAILED' or not is_to_same) filter (where not is_retracted) then 'OWED'
        else 'WAIT' end
      from mails where mails.id = due.id
    ) as decision from due
  `);
  // A claim that began before the retraction was there knows of it only by this.
  const withdrawn = db.$with('withdrawn', {}).as(sql`
    update ${notifications} set withdraw_reason = due.withdraw_reason
    from mails join due using (id)
    where ${notifications.id} = mails.mail_id and mails.is_retracted and mails.state = 'QUEUED' and mails.lease_token is null
      and (due.payment_id is not null or mails.kind in ('INVOICE_SENT', 'REMINDER', 'PAYMENT_REVERSED')
        and (mails.invoice_version > due.invoice_version) is not true)
  `);
  const settled = db.$with('settled', {}).as(sql`
    update ${mailRetractions} set decide_time = case decided.decision when 'WAIT'
      then ${now} + least(${PAUSE}, greatest(${PAUSE_MIN}, ${now} - decided.create_time)) end
    from decided where ${mailRetractions.id} = decided.id
  `);
  const queued = db.$with('queued', {}).as(sql`
    insert into ${notifications} (id, owner_id, invoice_id, payment_id, kind, recipient, sender_name, reply_to, subject, text_body,
      html_body, request_id, invoice_version, create_time, next_attempt_time)
    select id, owner_id, invoice_id, payment_id, kind, recipient, sender_name, reply_to, subject, text_body, html_body, request_id,
      invoice_version, ${now}, ${now}
    from decided where decision = 'OWED' order by id
    on conflict (id) do nothing
  `);
  const statement = db
    .with(due, about, mails, withdrawn, decided, settled, queued)
    .select({ count: sql<number>`count(*)::integer` })
    .from(decided)
    .prepare('decide_retractions');
  return async (time) => (await statement.execute({ now: time.toISOString() }))[0]?.count ?? 0;
}
