-- Credit notes: documents that take back a part of an invoice, or all of it.

alter table invoices
  -- What its credit notes come to. The part that was taken off what is due is in credited_minor, the rest became credit.
  add column credit_note_minor bigint not null default 0,
  add column credit_note_count integer not null default 0,
  -- The last guard of "never beyond what remains".
  add constraint invoices_not_overcredited check (
    credit_note_minor between 0 and total_minor - retained_minor + rounding_minor
  ),
  add constraint invoices_credited_is_explained check (credited_minor <= credit_note_minor + written_off_minor);

create table credit_notes (
  id uuid primary key,
  owner_id uuid not null,
  invoice_id uuid not null references invoices,
  -- The first of an invoice is 1.
  ordinal integer not null check (ordinal > 0),
  customer_id uuid not null,
  currency_code text not null,
  number text not null,
  number_series text not null,
  issue_date date not null,
  -- What the customer gets: taken off what was due, or credit.
  payable_minor bigint not null,
  applied_minor bigint not null check (applied_minor >= 0),
  credit_minor bigint not null check (credit_minor >= 0),
  -- The proto3 JSON of numer.invoice.v1.CreditNote, but for its number.
  document jsonb not null,
  -- What this one and those before it took back of each part of the invoice: domain/credited.ts.
  credited jsonb not null,
  create_time timestamptz(3) not null,

  constraint credit_notes_number_key unique (owner_id, number),
  -- Two that were decided on the same remainder cannot both be stored.
  constraint credit_notes_ordinal_key unique (invoice_id, ordinal),
  constraint credit_notes_is_applied_or_credit check (applied_minor + credit_minor = payable_minor)
);

-- Each filter of the list, with its sort key behind it.
create index credit_notes_by_create_time on credit_notes (owner_id, create_time, id);
create index credit_notes_by_invoice on credit_notes (owner_id, invoice_id, create_time, id);
create index credit_notes_by_customer on credit_notes (owner_id, customer_id, create_time, id);

create function refuse_changed_credit_note() returns trigger language plpgsql as $$
begin
  raise exception 'credit note % was issued and is frozen', old.id using errcode = 'restrict_violation';
end
$$;

create trigger credit_notes_frozen before update or delete on credit_notes
  for each row execute function refuse_changed_credit_note();

create or replace function unfrozen_invoice_columns() returns text[] language sql immutable as $$
  select array['version', 'state', 'memo', 'metadata', 'tags', 'paid_minor', 'credited_minor', 'written_off_minor',
    'credit_note_minor', 'credit_note_count', 'payable_minor', 'time_zone', 'update_time', 'pay_time', 'void_time', 'revised_by_invoice_id']
$$;

alter table ledger_entries
  add column credit_note_id uuid,
  drop constraint ledger_entries_type,
  add constraint ledger_entries_type check (
    type in (
      'INVOICE', 'VOID', 'PAYMENT', 'CREDIT_APPLIED', 'CREDIT_NOTE', 'WRITE_OFF', 'REVERSAL', 'DEPOSIT', 'REFUND'
    )
  );

create function enter_credit_note() returns trigger language plpgsql as $$
begin
  insert into ledger_entries (owner_id, customer_id, currency_code, entry_date, type, due_minor, credit_minor, invoice_id,
    credit_note_id, create_time)
  values (new.owner_id, new.customer_id, new.currency_code, new.issue_date, 'CREDIT_NOTE', -new.applied_minor,
    new.credit_minor, new.invoice_id, new.id, new.create_time);
  return null;
end
$$;

create trigger credit_notes_enter after insert on credit_notes for each row execute function enter_credit_note();
