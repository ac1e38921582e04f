-- What was recorded by mistake can be reversed, once, and what will not be paid can be written off.

alter table invoices
  -- What was taken off what is due without being paid.
  add column credited_minor bigint not null default 0,
  -- The part of it that was written off.
  add column written_off_minor bigint not null default 0,

  drop constraint invoices_not_overpaid,
  drop constraint invoices_only_opened_is_paid,
  drop constraint invoices_settled_is_paid,
  add constraint invoices_not_overpaid check (
    paid_minor >= 0 and credited_minor >= 0 and paid_minor + credited_minor <= payable_minor
  ),
  add constraint invoices_written_off_is_a_part check (written_off_minor between 0 and credited_minor),
  add constraint invoices_only_opened_is_paid check (
    (paid_minor = 0 and credited_minor = 0) or state in ('OPEN', 'PAID', 'UNCOLLECTIBLE')
  ),
  -- So an open invoice past its due date is overdue: something is always due on it.
  add constraint invoices_settled_is_paid check (
    (state <> 'PAID' or paid_minor + credited_minor = payable_minor)
    and (state not in ('OPEN', 'UNCOLLECTIBLE') or paid_minor + credited_minor < payable_minor)
  );

alter table payments
  drop constraint payments_kind,
  add constraint payments_kind check (kind in ('MONEY', 'CREDIT', 'WRITE_OFF')),
  -- Why it was written off.
  add column reason text not null default '',
  add column reverse_time timestamptz(3),
  -- The owner's local day of that.
  add column reverse_date date,
  add column reverse_reason text not null default '',
  add constraint payments_reversal_is_whole check (
    (reverse_time is null) = (reverse_date is null) and (reverse_time is not null or reverse_reason = '')
  );

-- Whatever column there is, and will be, is frozen in an opened invoice unless it is named here. payable_minor is not yet known
-- to the trigger, but it comes of columns that are frozen.
create function unfrozen_invoice_columns() returns text[] language sql immutable as $$
  select array['version', 'state', 'memo', 'metadata', 'tags', 'paid_minor', 'credited_minor', 'written_off_minor',
    'payable_minor', 'time_zone', 'update_time', 'pay_time', 'void_time', 'revised_by_invoice_id']
$$;

create or replace function refuse_frozen_invoice() returns trigger language plpgsql as $$
declare
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
  before := to_jsonb(old) - unfrozen_invoice_columns();
  after := to_jsonb(new) - unfrozen_invoice_columns();
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

-- A payment never changes, but for its reversal, and that happens once.
create or replace function refuse_changed_payment() returns trigger language plpgsql as $$
declare
  reversal constant text[] := array['reverse_time', 'reverse_date', 'reverse_reason'];
begin
  if tg_op = 'UPDATE' and old.reverse_time is null and new.reverse_time is not null
    and to_jsonb(new) - reversal = to_jsonb(old) - reversal then
    return new;
  end if;
  raise exception 'payment % was recorded and cannot be changed', old.id using errcode = 'restrict_violation';
end
$$;

alter table ledger_entries
  drop constraint ledger_entries_type,
  add constraint ledger_entries_type check (
    type in ('INVOICE', 'VOID', 'PAYMENT', 'CREDIT_APPLIED', 'WRITE_OFF', 'REVERSAL', 'DEPOSIT', 'REFUND')
  );

-- What a payment does to the customer's account, and its reversal undoes.
create or replace function enter_payment() returns trigger language plpgsql as $$
declare
  sign constant integer := case when new.reverse_time is null then 1 else -1 end;
begin
  insert into ledger_entries (owner_id, customer_id, currency_code, entry_date, type, due_minor, credit_minor, invoice_id,
    payment_id, create_time)
  select new.owner_id, customer_id, currency_code, coalesce(new.reverse_date, new.payment_date),
    case
      when new.reverse_time is not null then 'REVERSAL'
      when new.kind = 'CREDIT' then 'CREDIT_APPLIED'
      when new.kind = 'WRITE_OFF' then 'WRITE_OFF'
      else 'PAYMENT'
    end,
    sign * (new.excess_minor - new.amount_minor),
    sign * case new.kind when 'CREDIT' then -new.amount_minor else new.excess_minor end,
    new.invoice_id, new.id, coalesce(new.reverse_time, new.create_time)
  from invoices where id = new.invoice_id;
  return null;
end
$$;

create trigger payments_enter_reversed after update on payments for each row
  when (old.reverse_time is null and new.reverse_time is not null) execute function enter_payment();
