import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareEffect } from '../../../runtime/events/inbox.ts';
import { mailRetractions, mailWithdrawals, notifications, quoteAnswers } from './schema.ts';

/**
 * Prepares the statement that queues the mails a batch of events asks for, to be sent at once. A row with a `withdrawReason` also
 * keeps queued mails from going out: the mail of its quote, or the reminders of its invoice (only those of due dates before
 * `dueBefore`, if there is one; with `withdrawsInvoice` also the mail of the invoice itself). A row without a `kind` does only that
 * or, without a reason, sets the `expireTime` of the queued mail of its quote. A mail that is queued only after the row that
 * withdraws it does not go out either, but a reminder of a later version of its invoice does.
 *
 * The `copies` of a mail, a list of {@link MailCopy}, are queued together with it and at no other time.
 *
 * A mail that takes back what an earlier one said is not queued yet: decide-retractions.ts decides afterwards whether it is owed. The
 * `withdrawReason` of a reversed payment keeps only the queued confirmation of that payment from going out.
 */
export function prepareQueueMails(db: Database) {
  return prepareEffect(db, 'queue_mails', {
    columns: {
      ownerId: 'uuid',
      invoiceId: 'uuid',
      invoiceVersion: 'bigint',
      paymentId: 'uuid',
      creditNoteId: 'uuid',
      revisionId: 'uuid',
      quoteId: 'uuid',
      kind: 'text',
      recipient: 'text',
      ccEmails: 'jsonb',
      copies: 'jsonb',
      senderName: 'text',
      replyTo: 'text',
      subject: 'text',
      textBody: 'text',
      htmlBody: 'text',
      printed: 'jsonb',
      link: 'jsonb',
      requestId: 'text',
      dueDate: 'date',
      expireTime: 'timestamptz',
      withdrawReason: 'text',
      dueBefore: 'date',
      withdrawsInvoice: 'boolean',
      time: 'timestamptz',
    },
    effect: (fresh) => [
      // The inbox forgets after a time, the primary key does not.
      sql`
        insert into ${notifications} (id, owner_id, invoice_id, quote_id, kind, recipient, sender_name, reply_to, subject,
          text_body, html_body, request_id, create_time, next_attempt_time, due_date, expire_time, invoice_version, payment_id,
          credit_note_id, printed, link, role, copy_of, addressee, cc_emails)
        select mail.id, ${fresh.ownerId}, ${fresh.invoiceId}, ${fresh.quoteId}, ${fresh.kind},
          mail.recipient, ${fresh.senderName}, ${fresh.replyTo}, ${fresh.subject}, ${fresh.textBody}, ${fresh.htmlBody},
          ${fresh.requestId}, ${fresh.time}, ${fresh.time}, ${fresh.dueDate}, ${fresh.expireTime}, ${fresh.invoiceVersion},
          ${fresh.paymentId}, ${fresh.creditNoteId}, ${fresh.printed}, ${fresh.link}, mail.role, mail.copy_of, mail.addressee,
          ${fresh.ccEmails}
        from ${fresh.rows} cross join lateral (
          select ${fresh.eventId} as id, ${fresh.recipient} as recipient, 'TO' as role, null::uuid as copy_of, '' as addressee
          union all
          select copy.id, copy.recipient, copy.role, ${fresh.eventId}, ${fresh.recipient}
          from jsonb_to_recordset(${fresh.copies}) as copy (id uuid, recipient text, role text)
          where not exists (select from ${notifications} as known where known.id = ${fresh.eventId})
        ) as mail
        where ${fresh.kind} is not null and not ${isRetraction(fresh.kind)} order by mail.id
        on conflict (id) do nothing`,
      sql`
        insert into ${mailRetractions} (id, owner_id, invoice_id, payment_id, revision_id, kind, recipient, sender_name, reply_to,
          subject, text_body, html_body, request_id, invoice_version, withdraw_reason, create_time, decide_time)
        select ${fresh.eventId}, ${fresh.ownerId}, ${fresh.invoiceId}, ${fresh.paymentId}, ${fresh.revisionId}, ${fresh.kind},
          ${fresh.recipient}, ${fresh.senderName}, ${fresh.replyTo}, ${fresh.subject}, ${fresh.textBody}, ${fresh.htmlBody},
          ${fresh.requestId}, ${fresh.invoiceVersion}, ${fresh.withdrawReason}, ${fresh.time}, ${fresh.time}
        from ${fresh.rows} where ${isRetraction(fresh.kind)} order by ${fresh.eventId}
        on conflict (id) do nothing`,
      // Due at once, so that it shows as failed soon. The rows are locked in one order, or two replicas could deadlock.
      sql`
        update ${notifications} set withdraw_reason = withdrawn.reason, next_attempt_time = withdrawn.time
        from (
          select waiting.id, ${fresh.withdrawReason} as reason, ${fresh.time} as time
          from ${notifications} as waiting
          join ${fresh.rows} on ${fresh.ownerId} = waiting.owner_id and ${fresh.invoiceId} = waiting.invoice_id
          where ${fresh.withdrawReason} is not null and waiting.state = 'QUEUED'
            and case ${fresh.kind} when 'PAYMENT_REVERSED'
              then waiting.kind = 'PAYMENT_RECEIVED' and waiting.payment_id = ${fresh.paymentId}
              else (waiting.kind in ('REMINDER', 'PAYMENT_REVERSED') or waiting.kind = 'INVOICE_SENT' and ${fresh.withdrawsInvoice})
                and (${fresh.dueBefore} is null or waiting.due_date < ${fresh.dueBefore})
                and (waiting.invoice_version > ${fresh.invoiceVersion}) is not true
              end
          order by waiting.id for update of waiting
        ) as withdrawn
        where ${notifications.id} = withdrawn.id`,
      // For mails that are yet to be queued, which find it when they are claimed (claim-mail.ts).
      sql`
        insert into ${mailWithdrawals} as known
          (owner_id, invoice_id, invoice_version, withdraw_reason, due_before, withdraws_invoice, create_time)
        select distinct on (${fresh.ownerId}, ${fresh.invoiceId}) ${fresh.ownerId}, ${fresh.invoiceId}, ${fresh.invoiceVersion},
          ${fresh.withdrawReason}, ${fresh.dueBefore}, ${fresh.withdrawsInvoice}, ${fresh.time}
        from ${fresh.rows}
        where ${fresh.withdrawReason} is not null and ${fresh.invoiceVersion} is not null
          and ${fresh.kind} is distinct from 'PAYMENT_REVERSED'
        order by ${fresh.ownerId}, ${fresh.invoiceId}, ${fresh.invoiceVersion} desc
        on conflict (owner_id, invoice_id) do update set invoice_version = excluded.invoice_version,
          withdraw_reason = excluded.withdraw_reason, due_before = excluded.due_before,
          withdraws_invoice = excluded.withdraws_invoice, create_time = excluded.create_time
        where known.invoice_version < excluded.invoice_version`,
      // Of several changes of a quote, a withdrawal counts, else the one that leaves the most time.
      sql`
        update ${notifications} set withdraw_reason = coalesce(changed.reason, ${notifications.withdrawReason}),
          expire_time = case when changed.reason is null then changed.expire_time else ${notifications.expireTime} end,
          next_attempt_time = case when changed.reason is null then ${notifications.nextAttemptTime} else changed.time end
        from (
          select waiting.id, change.* from ${notifications} as waiting
          join (
            select ${fresh.ownerId} as owner_id, ${fresh.quoteId} as quote_id, max(${fresh.withdrawReason}) as reason,
              nullif(max(coalesce(${fresh.expireTime}, 'infinity')), 'infinity') as expire_time, max(${fresh.time}) as time
            from ${fresh.rows} where ${fresh.kind} is null and ${fresh.quoteId} is not null group by 1, 2
          ) as change on change.owner_id = waiting.owner_id and change.quote_id = waiting.quote_id
          where waiting.state = 'QUEUED' order by waiting.id for update of waiting
        ) as changed
        where ${notifications.id} = changed.id`,
      // For mails that are yet to be queued, which find it when they are claimed: an answered quote is never open again.
      sql`
        insert into ${quoteAnswers} (owner_id, quote_id, withdraw_reason, create_time)
        select ${fresh.ownerId}, ${fresh.quoteId}, max(${fresh.withdrawReason}), max(${fresh.time}) from ${fresh.rows}
        where ${fresh.kind} is null and ${fresh.quoteId} is not null and ${fresh.withdrawReason} is not null
        group by 1, 2 order by 1, 2
        on conflict (owner_id, quote_id) do nothing`,
    ],
  });
}

/** Whether a mail takes back what an earlier one said. Not null, so that it can be negated. */
function isRetraction(kind: SQL): SQL {
  return sql`coalesce(${kind} in ('INVOICE_VOIDED', 'PAYMENT_REVERSED'), false)`;
}

/** What an event asks for: see {@link prepareQueueMails}. */
export type MailOrder = Parameters<ReturnType<typeof prepareQueueMails>>[0][number];
