-- Recurring invoices: templates with a schedule. domain/schedule.ts says which dates one has; they are numbered from 0.
create table recurring_invoices (
  id uuid primary key,
  owner_id uuid not null,
  -- Grows by one with every change, and with every invoice made.
  version bigint not null,
  state text not null check (state in ('ACTIVE', 'PAUSED', 'ENDED')),
  -- That of the invoice in it.
  customer_id uuid not null,
  -- The proto3 JSON of numer.invoice.v1.Invoice, with all amounts.
  invoice jsonb not null,
  due_days integer not null check (due_days >= 0),
  frequency text not null check (frequency in ('DAY', 'WEEK', 'MONTH', 'YEAR')),
  -- Units between two dates.
  unit_count integer not null check (unit_count > 0),
  start_date date not null,
  end_date date,
  -- How many dates there are; null for no limit.
  date_count integer check (date_count > 0),
  mode text not null check (mode in ('DRAFT', 'FINALIZE', 'SEND')),
  catch_up text not null check (catch_up in ('ALL', 'SKIP')),

  -- Number of the next date, and the date; null when the schedule has ended.
  next_index integer not null check (next_index >= 0),
  next_date date,
  -- When to look at it next: when that day begins, or when another attempt is due.
  next_time timestamptz(3),
  -- Latest date that an invoice was made for.
  last_date date,
  occurrence_count integer not null check (occurrence_count >= 0),
  -- Failed attempts to make the invoice of next_date.
  attempts integer not null check (attempts >= 0),
  -- The proto3 JSON of numer.invoice.v1.OccurrenceFailure.
  last_failure jsonb,

  -- IANA time zone of the owner, and the version of the account that it is from.
  time_zone text not null,
  account_version bigint not null,
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null,

  constraint recurring_invoices_ended_has_no_next check (
    (state = 'ENDED') = (next_date is null) and (state = 'ENDED') = (next_time is null)
  ),
  constraint recurring_invoices_end_in_one_way check (end_date is null or date_count is null)
);

-- The job looks only at what is due, however many there are.
create index recurring_invoices_due on recurring_invoices (next_time, id) where state = 'ACTIVE';
-- Each filter of the list, with its sort key behind it.
create index recurring_invoices_by_create_time on recurring_invoices (owner_id, create_time, id);
create index recurring_invoices_by_state on recurring_invoices (owner_id, state, create_time, id);
create index recurring_invoices_by_customer on recurring_invoices (owner_id, customer_id, create_time, id);

alter table invoices
  -- The recurring invoice that made this invoice, and the date it was made for.
  add column recurring_invoice_id uuid,
  add column occurrence_date date,
  add constraint invoices_occurrence_is_whole check ((recurring_invoice_id is null) = (occurrence_date is null));

-- Dates that invoices were made for. The primary key is the right to make one.
create table recurring_occurrences (
  recurring_invoice_id uuid not null references recurring_invoices on delete cascade,
  occurrence_date date not null,
  owner_id uuid not null,
  -- Null when it was deleted as a draft.
  invoice_id uuid references invoices on delete set null,
  mode text not null check (mode in ('DRAFT', 'FINALIZE', 'SEND')),
  -- PENDING: the invoice is still to be opened.
  state text not null check (state in ('PENDING', 'DONE', 'LEFT_AS_DRAFT')),
  -- Failed attempts to open it, and when the next is due.
  attempts integer not null check (attempts >= 0),
  next_attempt_time timestamptz(3),
  create_time timestamptz(3) not null,

  primary key (recurring_invoice_id, occurrence_date),
  constraint recurring_occurrences_pending_has_next_attempt check ((state = 'PENDING') = (next_attempt_time is not null))
);

create unique index recurring_occurrences_invoice_key on recurring_occurrences (invoice_id);
create index recurring_occurrences_pending on recurring_occurrences (next_attempt_time, occurrence_date, recurring_invoice_id)
  where state = 'PENDING';
