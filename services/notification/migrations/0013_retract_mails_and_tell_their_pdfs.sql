-- Mails that tell a customer that what an earlier mail said no longer holds.
alter table notifications
  drop constraint notifications_kind_check,
  -- There is no row that could break it, and to look at all of them would take long.
  add constraint notifications_kind_check check (
    kind in (
      'INVOICE_SENT', 'REMINDER', 'PAYMENT_RECEIVED', 'QUOTE_SENT', 'CREDIT_NOTE_ISSUED', 'INVOICE_VOIDED', 'PAYMENT_REVERSED'
    )
  ) not valid,
  -- The payment that a mail is about; null for all others, and for those that were queued before it was kept.
  add column payment_id uuid,
  -- Whether a document went with the mail, of which nothing else is kept once it is sent.
  add column pdf_attached boolean not null default false;

-- Such a mail before it is known whether it is owed: only when the earlier one was sent, which may be under way. It is kept for as
-- long as the earlier one may still be asked for, since events come in any order.
create table mail_retractions (
  -- Id of the event that asked for the mail.
  id uuid primary key,
  owner_id uuid not null,
  invoice_id uuid not null,
  -- The payment that was reversed, whose confirmation is taken back; null for an invoice that was voided, of which every mail is.
  payment_id uuid,
  -- The invoice whose mail says that it replaces the voided one: the mail is owed only if that one is not sent. Null when there is none.
  revision_id uuid,
  kind text not null check (kind in ('INVOICE_VOIDED', 'PAYMENT_REVERSED')),
  recipient text not null,
  sender_name text not null,
  reply_to text not null,
  subject text not null,
  text_body text not null,
  html_body text not null,
  request_id text not null,
  invoice_version bigint,
  -- Why the earlier mail must not go out any more.
  withdraw_reason text not null,
  create_time timestamptz(3) not null,
  -- When to look whether it is owed; null once that is decided.
  decide_time timestamptz(3)
);

create index mail_retractions_undecided on mail_retractions (decide_time, id) where decide_time is not null;
create index mail_retractions_by_payment on mail_retractions (owner_id, payment_id);
create index mail_retractions_by_create_time on mail_retractions (create_time);
