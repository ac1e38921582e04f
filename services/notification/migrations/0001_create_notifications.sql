-- Mails to customers: written by the events that ask for them, sent by a job, kept to show what became of them.
create table notifications (
  -- Id of the event that asked for the mail, so an event can ask for one mail only. Part of its Message-ID.
  id uuid primary key,
  owner_id uuid not null,
  invoice_id uuid not null,
  kind text not null check (kind in ('INVOICE_SENT', 'REMINDER', 'PAYMENT_RECEIVED')),
  -- Empty when the customer has no address; such a mail fails.
  recipient text not null,
  sender_name text not null,
  reply_to text not null,
  subject text not null,
  text_body text not null,
  html_body text not null,
  request_id text not null,
  state text not null default 'QUEUED' check (state in ('QUEUED', 'SENT', 'FAILED')),
  attempts integer not null default 0,
  -- What was said of the last failed attempt.
  error text not null default '',
  -- Why the mail must not go out any more; empty while it may.
  withdraw_reason text not null default '',
  create_time timestamptz(3) not null,
  next_attempt_time timestamptz(3),
  send_time timestamptz(3),
  -- Who is sending it, and until when nobody else may. A lease that has expired was left by a process that ended.
  lease_token uuid,
  lease_expire_time timestamptz(3),
  constraint notifications_queued_have_a_next_attempt check ((state = 'QUEUED') = (next_attempt_time is not null)),
  constraint notifications_sent_have_a_time check ((state = 'SENT') = (send_time is not null)),
  constraint notifications_lease_is_whole check ((lease_token is null) = (lease_expire_time is null)),
  constraint notifications_leased_are_queued check (lease_token is null or state = 'QUEUED')
);

create index notifications_due on notifications (next_attempt_time, id) where state = 'QUEUED';
create index notifications_by_owner on notifications (owner_id, create_time, id);
create index notifications_by_invoice on notifications (owner_id, invoice_id, create_time, id);
create index notifications_by_state on notifications (owner_id, state, create_time, id);
