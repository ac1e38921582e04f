-- Number series with patterns of their own, invoices that are opened without being sent, and revisions.

alter table invoices
  -- When it got its number and was frozen.
  add column open_time timestamptz(3),
  add column number_series text not null default 'invoice',
  -- The invoice that this one replaces.
  add column revises_invoice_id uuid references invoices,
  -- The invoice whose opening voided this one.
  add column revised_by_invoice_id uuid references invoices;

alter table invoices disable trigger invoices_frozen;
update invoices set open_time = send_time where state <> 'DRAFT';
alter table invoices enable trigger invoices_frozen;

alter table invoices
  drop constraint invoices_opened_is_complete,
  add constraint invoices_opened_is_complete check (
    state = 'DRAFT' or (issue_date is not null and seller is not null and customer is not null and open_time is not null)
  ),
  add constraint invoices_draft_is_unsent check (state <> 'DRAFT' or (open_time is null and send_time is null)),
  add constraint invoices_revised_is_void check (revised_by_invoice_id is null or state = 'VOID');

-- Whatever column there is, and will be, is frozen unless it is named here.
create or replace function refuse_frozen_invoice() returns trigger language plpgsql as $$
declare
  -- payable_minor is not yet known in here, but it comes of columns that are frozen.
  unfrozen constant text[] := array['version', 'state', 'memo', 'paid_minor', 'payable_minor', 'time_zone',
    'update_time', 'pay_time', 'void_time', 'revised_by_invoice_id'];
  before jsonb;
  after jsonb;
begin
  if old.state = 'DRAFT' then
    if tg_op = 'DELETE' then
      return old;
    end if;
    -- A replica of the version before does not know the column.
    if new.state <> 'DRAFT' then
      new.open_time := coalesce(new.open_time, new.update_time);
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    raise exception 'invoice % was opened and cannot be deleted', old.id using errcode = 'restrict_violation';
  end if;
  before := to_jsonb(old) - unfrozen;
  after := to_jsonb(new) - unfrozen;
  -- What was opened without being sent can be sent once, to the address that the customer has by then.
  if old.send_time is null then
    before := before - 'send_time' #- '{customer,email}';
    after := after - 'send_time' #- '{customer,email}';
  end if;
  if new.state = 'DRAFT' or before is distinct from after then
    raise exception 'invoice % was opened and its document is frozen', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

-- Settings of number series. Series without a row have the default pattern of their name, and never start again.
create table number_series (
  owner_id uuid not null,
  name text not null,
  document_type text not null check (document_type in ('INVOICE', 'CREDIT_NOTE', 'QUOTE')),
  version bigint not null,
  pattern text not null,
  reset text not null check (reset in ('NEVER', 'YEARLY', 'MONTHLY')),
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null,
  primary key (owner_id, name)
);

-- Counters of series that start again are named by series and period: web/2026, web/2026-03. Names have no slash.
create function counter_of_series(name text, reset text, day date) returns text language sql immutable as $$
  select name || case reset when 'YEARLY' then to_char(day, '/YYYY') when 'MONTHLY' then to_char(day, '/YYYY-MM') else '' end
$$;

-- The number of a sequence: domain/number.ts says what patterns mean, and a test compares the two.
create function format_number(pattern text, day date, sequence bigint) returns text language sql immutable as $$
  select replace(replace(replace(replace(
    pattern,
    substring(pattern from '\{SEQ(?::[0-9]+)?\}'),
    lpad(sequence::text, greatest(length(sequence::text), coalesce(substring(pattern from '\{SEQ:([0-9]+)\}'), '1')::integer), '0')),
    '{YYYY}', to_char(day, 'YYYY')),
    '{YY}', to_char(day, 'YY')),
    '{MM}', to_char(day, 'MM'))
$$;
