-- Invoices. Amounts are in minor units of currency_code; decimals are kept in their shortest form.
create table invoices (
  id uuid primary key,
  owner_id uuid not null,
  -- Grows by one with every change.
  version bigint not null,
  state text not null check (state in ('DRAFT', 'OPEN', 'PAID', 'VOID', 'UNCOLLECTIBLE')),
  number text,
  customer_id uuid not null,
  currency_code text not null,
  -- Null on a draft that is to be issued on the day it is opened.
  issue_date date,
  due_date date not null,
  memo text not null,
  discount_percent numeric not null,
  subtotal_minor bigint not null,
  discount_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null,
  paid_minor bigint not null,
  -- [{"taxPercent": "19", "netMinor": "100", "taxMinor": "19"}], lowest rate first; amounts as text, which is exact.
  taxes jsonb not null,
  -- Both parties as of opening, as the proto3 JSON of numer.invoice.v1.Party.
  seller jsonb,
  customer jsonb,
  -- IANA time zone of the owner at the last change, for readers who do not act for the owner.
  time_zone text not null,
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null,
  send_time timestamptz(3),
  pay_time timestamptz(3),
  void_time timestamptz(3),

  -- The last guard of "unique per owner"; without gaps because the number is taken in the statement that opens.
  constraint invoices_number_key unique (owner_id, number),
  constraint invoices_draft_is_unnumbered check ((state = 'DRAFT') = (number is null)),
  constraint invoices_opened_is_complete check (
    state = 'DRAFT' or (issue_date is not null and seller is not null and customer is not null and send_time is not null)
  ),
  constraint invoices_amounts_sum check (total_minor = subtotal_minor - discount_minor + tax_minor),
  constraint invoices_total_is_not_negative check (total_minor >= 0),
  constraint invoices_not_overpaid check (paid_minor between 0 and total_minor),
  constraint invoices_only_opened_is_paid check (paid_minor = 0 or state in ('OPEN', 'PAID', 'UNCOLLECTIBLE')),
  -- So an open invoice past its due date is overdue: something is always due on it.
  constraint invoices_settled_is_paid check (
    (state <> 'PAID' or paid_minor = total_minor) and (state not in ('OPEN', 'UNCOLLECTIBLE') or paid_minor < total_minor)
  ),
  constraint invoices_times_fit_state check ((pay_time is not null) = (state = 'PAID') and (void_time is not null) = (state = 'VOID'))
);

-- Each filter of the list, with each of its sort keys behind it.
create index invoices_by_create_time on invoices (owner_id, create_time, id);
create index invoices_by_due_date on invoices (owner_id, due_date, id);
create index invoices_by_state_create_time on invoices (owner_id, state, create_time, id);
create index invoices_by_state_due_date on invoices (owner_id, state, due_date, id);
create index invoices_by_customer_create_time on invoices (owner_id, customer_id, create_time, id);
create index invoices_by_customer_due_date on invoices (owner_id, customer_id, due_date, id);
create index invoices_by_currency_create_time on invoices (owner_id, currency_code, create_time, id);
create index invoices_by_currency_due_date on invoices (owner_id, currency_code, due_date, id);
create index invoices_by_issue_date on invoices (owner_id, issue_date, id);

-- Lines in the order of the document: positions are 0, 1, 2, ...
create table invoice_lines (
  invoice_id uuid not null references invoices on delete cascade,
  position integer not null check (position >= 0),
  -- Stays with the line when it moves.
  id uuid not null,
  description text not null,
  quantity numeric not null,
  unit_price numeric not null,
  tax_percent numeric not null,
  discount_percent numeric not null,
  gross_minor bigint not null,
  discount_minor bigint not null,
  net_minor bigint not null,

  primary key (invoice_id, position),
  constraint invoice_lines_amounts_sum check (gross_minor - discount_minor = net_minor)
);

-- Payments are only ever added.
create table payments (
  id uuid primary key,
  invoice_id uuid not null references invoices,
  owner_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  payment_date date not null,
  method text not null,
  reference text not null,
  create_time timestamptz(3) not null,
  -- State of the invoice, and what was left to pay, just after this payment.
  invoice_state text not null check (invoice_state in ('OPEN', 'PAID', 'UNCOLLECTIBLE')),
  invoice_due_minor bigint not null check (invoice_due_minor >= 0)
);

create index payments_by_invoice on payments (invoice_id, create_time, id);

-- The last number given in each series of an owner.
create table number_counters (
  owner_id uuid not null,
  series text not null,
  last_sequence bigint not null check (last_sequence > 0),
  primary key (owner_id, series)
);
