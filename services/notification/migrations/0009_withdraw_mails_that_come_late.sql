-- What made mails of an invoice pointless, for those that are asked for only after it, since events come in any order. It is
-- forgotten once a reminder that was decided on before it would be out of date anyway.
create table mail_withdrawals (
  owner_id uuid not null,
  invoice_id uuid not null,
  -- The version of the invoice that it came with.
  invoice_version bigint not null,
  -- Why the mails must not go out.
  withdraw_reason text not null,
  -- Of the reminders those of due dates before it; null for all.
  due_before date,
  -- Whether the mail that brings the invoice must not go out either.
  withdraws_invoice boolean not null,
  create_time timestamptz(3) not null,
  constraint mail_withdrawals_pkey primary key (owner_id, invoice_id)
);

create index mail_withdrawals_by_create_time on mail_withdrawals (create_time);

-- The version of the invoice that a mail tells of: a reminder of a later one, e.g. after a payment was reversed, is not withdrawn by
-- what came before. Null when it is not known.
alter table notifications add column invoice_version bigint;
