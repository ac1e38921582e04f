-- What this service must know of accounts, kept up by their events; an account without any has no row. That of a deleted
-- one stays, so that what comes late of its invoices finds it.
create table accounts (
  owner_id uuid primary key,
  -- Version of the account that this row reflects.
  version bigint not null,
  time_zone text,
  deleted boolean not null
);

-- What this service must know of invoices, kept up by their events and by what is read of them.
create table invoices (
  invoice_id uuid primary key,
  owner_id uuid not null,
  -- Version of the invoice that this row reflects.
  version bigint not null,
  state text not null check (state in ('DRAFT', 'OPEN', 'PAID', 'VOID', 'UNCOLLECTIBLE', 'DELETED')),
  due_date date not null,
  -- Zone of the owner at that version; the account's counts, once it is known.
  time_zone text not null,
  -- Whether the default plan was made.
  planned boolean not null default false,
  paused boolean not null default false,
  -- How often a pause began or ended.
  plan_version bigint not null default 0
);

create index invoices_by_owner on invoices (owner_id);

create table reminders (
  id uuid primary key,
  owner_id uuid not null,
  invoice_id uuid not null references invoices on delete cascade,
  -- What the reminder follows from: whole days from the due date (`-3`, `0`, `7`), or a fixed time in ISO 8601.
  step text not null,
  offset_days integer,
  fixed_time timestamptz(3),
  -- The due date that remind_time was worked out from; null for a fixed time.
  due_date date,
  remind_time timestamptz(3) not null,
  state text not null check (state in ('SCHEDULED', 'SENT', 'CANCELLED')),
  planned boolean not null,
  cancel_reason text,
  create_time timestamptz(3) not null,
  send_time timestamptz(3),
  cancel_time timestamptz(3),
  version bigint not null,
  check ((offset_days is null) = (due_date is null)),
  check ((offset_days is null) <> (fixed_time is null)),
  check ((state = 'SENT') = (send_time is not null)),
  check ((state = 'CANCELLED') = (cancel_time is not null and cancel_reason is not null)),
  -- The right to send: a step of an invoice has one row, and the row becomes SENT once.
  constraint reminders_step_key unique (invoice_id, step)
);

-- The scan looks only at what is due, however many reminders lie in the future or behind.
create index reminders_due on reminders (remind_time) where state = 'SCHEDULED';
create index reminders_by_owner on reminders (owner_id, remind_time, id);
create index reminders_by_state on reminders (owner_id, state, remind_time, id);
create index reminders_by_invoice on reminders (owner_id, invoice_id, remind_time, id);
