-- What made reminders of an invoice pointless, for those that are asked for only after it, since events come in any order. It is
-- forgotten once such a reminder would be out of date anyway.
create table reminder_withdrawals (
  owner_id uuid not null,
  invoice_id uuid not null,
  -- The version of the invoice that it came with.
  invoice_version bigint not null,
  -- Why the reminders must not go out.
  withdraw_reason text not null,
  -- Those of due dates before it; null for all.
  due_before date,
  create_time timestamptz(3) not null,
  constraint reminder_withdrawals_pkey primary key (owner_id, invoice_id)
);

create index reminder_withdrawals_by_create_time on reminder_withdrawals (create_time);

-- The version of the invoice that a mail tells of: a reminder of a later one, e.g. after a payment was reversed, is not withdrawn by
-- what came before. Null when it is not known.
alter table notifications add column invoice_version bigint;
