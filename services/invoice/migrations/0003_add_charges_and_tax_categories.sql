-- Charges, allowances, tax categories, several taxes on a line, prices that include tax, prepaid amounts and rounding.
-- Lists are kept as JSON as domain/ has them, amounts in it as text, which is exact.

alter table invoices
  add column discount_amount_minor bigint not null default 0,
  add column allowances jsonb not null default '[]',
  add column charges jsonb not null default '[]',
  add column prices_include_tax boolean not null default false,
  add column rounding_policy text not null default 'DOCUMENT' check (rounding_policy in ('DOCUMENT', 'LINE')),
  add column allowance_minor bigint not null default 0,
  add column charge_minor bigint not null default 0,
  -- Like taxes: one entry a tax.
  add column retained_taxes jsonb not null default '[]',
  add column retained_minor bigint not null default 0,
  add column prepaid_minor bigint not null default 0 check (prepaid_minor >= 0),
  add column rounding_increment_minor bigint not null default 0 check (rounding_increment_minor >= 0),
  add column rounding_amount_minor bigint not null default 0,
  add column rounding_minor bigint not null default 0,
  -- What is to be paid; paid_minor is what was paid of it.
  add column payable_minor bigint not null
    generated always as (total_minor - retained_minor - prepaid_minor + rounding_minor) stored,

  drop constraint invoices_amounts_sum,
  drop constraint invoices_not_overpaid,
  drop constraint invoices_settled_is_paid,
  add constraint invoices_amounts_sum check (
    total_minor = subtotal_minor - discount_minor - allowance_minor + charge_minor + tax_minor
  ),
  add constraint invoices_payable_is_not_negative check (payable_minor >= 0),
  add constraint invoices_not_overpaid check (paid_minor between 0 and payable_minor),
  -- So an open invoice past its due date is overdue: something is always due on it.
  add constraint invoices_settled_is_paid check (
    (state <> 'PAID' or paid_minor = payable_minor)
    and (state not in ('OPEN', 'UNCOLLECTIBLE') or paid_minor < payable_minor)
  );

alter table invoice_lines
  add column base_quantity numeric not null default 1 check (base_quantity > 0),
  -- UN/ECE Recommendation 20.
  add column unit_code text not null default 'C62',
  add column discount_amount_minor bigint not null default 0,
  add column allowances jsonb not null default '[]',
  add column charges jsonb not null default '[]',
  add column taxes jsonb not null default '[]',
  add column allowance_minor bigint not null default 0,
  add column charge_minor bigint not null default 0,
  -- The tax within the line's amount where prices include tax.
  add column included_tax_minor bigint not null default 0,

  -- Null when the column taxes says it all.
  alter column tax_percent drop not null,
  drop constraint invoice_lines_amounts_sum,
  add constraint invoice_lines_amounts_sum check (
    gross_minor - discount_minor - allowance_minor + charge_minor = net_minor + included_tax_minor
  );

-- Whatever column there is, and will be, is frozen unless it is named here.
create or replace function refuse_frozen_invoice() returns trigger language plpgsql as $$
declare
  -- Not yet known in here, but it comes of columns that are frozen: payable_minor.
  unfrozen constant text[] := array['version', 'state', 'memo', 'paid_minor', 'payable_minor', 'time_zone',
    'update_time', 'pay_time', 'void_time'];
begin
  if old.state = 'DRAFT' then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' then
    raise exception 'invoice % was opened and cannot be deleted', old.id using errcode = 'restrict_violation';
  end if;
  if new.state = 'DRAFT' or to_jsonb(new) - unfrozen is distinct from to_jsonb(old) - unfrozen then
    raise exception 'invoice % was opened and its document is frozen', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
