-- What this service must know of invoices, kept up by their events.
create table invoices (
  invoice_id uuid primary key,
  owner_id uuid not null,
  -- Version of the invoice that this row reflects; 0 when the row was made before any event arrived.
  version bigint not null,
  state text not null,
  due_date date not null,
  time_zone text not null,
  -- Whether the default plan was made.
  planned boolean not null default false,
  paused boolean not null default false
);

create index invoices_by_owner on invoices (owner_id);

create table reminders (
  id uuid primary key,
  owner_id uuid not null,
  invoice_id uuid not null,
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
