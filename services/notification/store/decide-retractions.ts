import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { mailRetractions, mailSettings, notifications } from './schema.ts';

/** How many retractions one statement decides at most. */
export const DECIDE_BATCH = 200;

/** The longest pause before another look at a retraction that could not be decided. Up to this, it is as long as it has waited so far. */
const PAUSE = sql.raw(`interval '15 minutes'`);
const PAUSE_MIN = sql.raw(`interval '1 second'`);

/**
 * Prepares the statement that decides which of the due retractions are owed, queues these, and gives how many it looked at. A
 * retraction is owed to each address to which a mail that it takes back was sent, or may have been: that of the customer, those
 * that got copies, and those to which the invoice was sent again. It is not owed to an address while such a mail is with a mail
 * server. The retraction of an invoice whose revision is mailed to the same address is owed only when that mail is not sent, since
 * the revision's mail says the same.
 *
 * Whoever got a copy of a mail to the customer's address gets a copy of the retraction to that address, if that is owed at the same
 * time, and otherwise a mail of their own: whoever was mailed at a wrong address is not told who got copies at the right one. Whoever
 * gets blind copies by now also gets one of the retraction to the customer's address.
 */
export function prepareDecideRetractions(db: Database): (now: Date) => Promise<number> {
  const now = sql`${sql.placeholder('now')}::timestamptz`;
  const due = db.$with('due', { id: sql<string>`id`.as('id') }).as(sql`
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
      mail.send_time is not null as was_sent, mail.may_have_left, mail.recipient,
      case when mail.role <> 'CC' or lower(mail.addressee) = lower(about.recipient) then mail.role end as role,
      lower(mail.recipient) as address
    from about
    join ${notifications} as mail on mail.owner_id = about.owner_id and mail.invoice_id = about.invoice_id
    where case when not about.is_retracted then mail.kind = 'INVOICE_SENT'
      else about.payment_id is null or mail.kind = 'PAYMENT_RECEIVED' and mail.payment_id = about.payment_id end
    order by mail.id for update of mail
  `);
  const addressed = db.$with('addressed', {}).as(sql`
    select id, address, min(recipient) as recipient, coalesce(max(role), 'TO') as role, bool_or(was_sent) as was_sent,
      bool_or(was_sent or may_have_left) as may_know,
      bool_or(lease_token is not null) as is_under_way
    from mails where is_retracted group by id, address
  `);
  const decided = db.$with('decided', {}).as(sql`
    select id, addressed.address, addressed.recipient, addressed.role, (
      select case
        when not addressed.was_sent and addressed.is_under_way then 'WAIT'
        when not addressed.may_know then 'NOT_OWED'
        when due.revision_id is null then 'OWED'
        when bool_or(revision.was_sent and revision.address = addressed.address) then 'NOT_OWED'
        when bool_and(revision.state = 'FAILED' or revision.address <> addressed.address) then 'OWED'
        else 'WAIT' end
      from mails as revision where revision.id = due.id and not revision.is_retracted
    ) as decision
    from due join addressed using (id)
  `);
  // A claim that began before the retraction was there learns of it only by this.
  const withdrawn = db.$with('withdrawn', {}).as(sql`
    update ${notifications} set withdraw_reason = due.withdraw_reason
    from mails join due using (id)
    where ${notifications.id} = mails.mail_id and mails.is_retracted and mails.state = 'QUEUED' and mails.lease_token is null
      and (due.payment_id is not null or mails.kind in ('INVOICE_SENT', 'REMINDER', 'PAYMENT_REVERSED')
        and (mails.invoice_version > due.invoice_version) is not true)
  `);
  const settled = db.$with('settled', {}).as(sql`
    update ${mailRetractions} set decide_time = case
      when exists (select from decided where decided.id = due.id and decided.decision = 'WAIT')
      then ${now} + least(${PAUSE}, greatest(${PAUSE_MIN}, ${now} - due.create_time)) end
    from due where ${mailRetractions.id} = due.id
  `);
  // Of several roles, the last in the alphabet counts: TO before CC before BCC.
  const owed = db.$with('owed', {}).as(sql`
    select id, address, decided.recipient, case when address = lower(due.recipient) or not bool_or(address = lower(due.recipient))
      over (partition by id) then 'TO' else role end as role
    from decided join due using (id) where decision = 'OWED'
    union all
    select id, lower(bcc_email), bcc_email, 'BCC'
    from due join ${mailSettings} using (owner_id) join decided using (id)
    where bcc_email <> '' and decision = 'OWED' and address = lower(due.recipient)
      and not exists (select from ${notifications} as known where known.id = due.id)
      and not exists (select from decided as other
        where other.id = due.id and other.address = lower(bcc_email) and other.decision <> 'NOT_OWED')
  `);
  // Mails that need not wait are queued at once. As long as others wait, they are found again, and then have the same ids: that of the
  // event for the customer's address, and ids that follow from it for others.
  const queued = db.$with('queued', {}).as(sql`
    insert into ${notifications} (id, owner_id, invoice_id, payment_id, kind, recipient, sender_name, reply_to, subject, text_body,
      html_body, request_id, invoice_version, create_time, next_attempt_time, role, copy_of, addressee, cc_emails)
    select case owed.address when lower(due.recipient) then due.id
        else (left(due.id::text, 24) || left(md5(due.id || ' ' || owed.address), 12))::uuid end as mail_id,
      owner_id, invoice_id, payment_id, kind, owed.recipient, sender_name, reply_to, subject, text_body, html_body, request_id,
      invoice_version, ${now}, ${now}, role, case role when 'TO' then null else due.id end,
      case role when 'TO' then '' else due.recipient end,
      case when role <> 'TO' or owed.address = lower(due.recipient) then coalesce((
        select jsonb_agg(copy.recipient order by copy.recipient) from owed as copy where copy.id = due.id and copy.role = 'CC'), '[]')
        else '[]' end
    from owed join due using (id) order by mail_id
    on conflict (id) do nothing
  `);
  const statement = db
    .with(due, about, mails, addressed, withdrawn, decided, settled, owed, queued)
    .select({ count: sql<number>`count(*)::integer` })
    .from(due)
    .prepare('decide_retractions');
  return async (time) => (await statement.execute({ now: time.toISOString() }))[0]?.count ?? 0;
}
