-- What customers owe and have in credit: an append-only ledger and its sums. The database itself writes the ledger, out of the
-- rows that are the cause, so no code and no replica of an older version can leave an entry out.

alter table payments
  -- CREDIT: credit that the customer had.
  add column kind text not null default 'MONEY' constraint payments_kind check (kind in ('MONEY', 'CREDIT')),
  -- The part that was more than what was due, and became credit.
  add column excess_minor bigint not null default 0,
  add constraint payments_excess_is_a_part check (excess_minor between 0 and amount_minor),
  add constraint payments_only_money_exceeds check (excess_minor = 0 or kind = 'MONEY');

create table ledger_entries (
  id uuid primary key default gen_random_uuid(),
  -- Orders the entries of a day.
  sequence bigint not null generated always as identity,
  owner_id uuid not null,
  customer_id uuid not null,
  currency_code text not null,
  -- The day that it counts for, which may lie before or after the one on which it was written.
  entry_date date not null,
  type text not null constraint ledger_entries_type check (
    type in ('INVOICE', 'VOID', 'PAYMENT', 'CREDIT_APPLIED', 'DEPOSIT', 'REFUND')
  ),
  -- What it adds to what is due on the customer's invoices.
  due_minor bigint not null,
  -- What it adds to the customer's credit.
  credit_minor bigint not null,
  -- Rows that are never deleted.
  invoice_id uuid,
  payment_id uuid,
  -- Of a deposit or a refund, which have no other row.
  method text not null default '',
  reference text not null default '',
  create_time timestamptz(3) not null
);

create index ledger_entries_of_credit on ledger_entries (owner_id, customer_id, sequence) where credit_minor <> 0;

-- The sums over the ledger. Whatever changes a customer's credit waits for the others at this row.
create table customer_accounts (
  owner_id uuid not null,
  customer_id uuid not null,
  currency_code text not null,
  -- Of the open and uncollectible invoices.
  due_minor numeric not null,
  credit_minor numeric not null,
  primary key (owner_id, customer_id, currency_code),
  constraint customer_accounts_credit_is_not_negative check (credit_minor >= 0),
  -- The largest amount there is: domain/amount.ts.
  constraint customer_accounts_credit_is_bounded check (credit_minor <= 999999999999999)
);

create function refuse_change_of_ledger() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only: % is refused', tg_op using errcode = 'restrict_violation';
end
$$;

create trigger ledger_entries_append_only before update or delete or truncate on ledger_entries
  for each statement execute function refuse_change_of_ledger();

create function refuse_change_beside_ledger() returns trigger language plpgsql as $$
begin
  -- What the triggers of the ledger do runs within an insert into it.
  if pg_trigger_depth() > 1 then
    return null;
  end if;
  raise exception '% is the sum of the ledger: add entries instead', tg_table_name using errcode = 'restrict_violation';
end
$$;

create trigger customer_accounts_follow_ledger before insert or update or delete or truncate on customer_accounts
  for each statement execute function refuse_change_beside_ledger();

-- The row is there before it is changed: a negative amount to insert would break the constraint that its sum keeps.
create function add_to_customer_accounts() returns trigger language plpgsql as $$
begin
  insert into customer_accounts (owner_id, customer_id, currency_code, due_minor, credit_minor)
  select distinct owner_id, customer_id, currency_code, 0, 0 from added order by 1, 2, 3
  on conflict do nothing;

  update customer_accounts as account
  set due_minor = account.due_minor + change.due_minor, credit_minor = account.credit_minor + change.credit_minor
  from (
    select owner_id, customer_id, currency_code, sum(due_minor) as due_minor, sum(credit_minor) as credit_minor
    from added group by 1, 2, 3
  ) as change
  where (account.owner_id, account.customer_id, account.currency_code)
    = (change.owner_id, change.customer_id, change.currency_code);
  return null;
end
$$;

create trigger ledger_entries_add_up after insert on ledger_entries referencing new table as added
  for each statement execute function add_to_customer_accounts();

-- The calendar day at an instant. A zone that Postgres does not know, since its own list is older, is taken for UTC.
create function local_day(instant timestamptz, time_zone text) returns date language plpgsql stable as $$
begin
  return (instant at time zone time_zone)::date;
exception when invalid_parameter_value then
  return (instant at time zone 'UTC')::date;
end
$$;

create function enter_opened_invoice() returns trigger language plpgsql as $$
begin
  insert into ledger_entries (owner_id, customer_id, currency_code, entry_date, type, due_minor, credit_minor, invoice_id,
    create_time)
  values (new.owner_id, new.customer_id, new.currency_code, new.issue_date, 'INVOICE', new.payable_minor, 0, new.id,
    new.open_time);
  return null;
end
$$;

create function enter_voided_invoice() returns trigger language plpgsql as $$
begin
  insert into ledger_entries (owner_id, customer_id, currency_code, entry_date, type, due_minor, credit_minor, invoice_id,
    create_time)
  values (new.owner_id, new.customer_id, new.currency_code, local_day(new.void_time, new.time_zone), 'VOID',
    -new.payable_minor, 0, new.id, new.void_time);
  return null;
end
$$;

create function enter_payment() returns trigger language plpgsql as $$
begin
  insert into ledger_entries (owner_id, customer_id, currency_code, entry_date, type, due_minor, credit_minor, invoice_id,
    payment_id, create_time)
  select new.owner_id, customer_id, currency_code, new.payment_date,
    case new.kind when 'CREDIT' then 'CREDIT_APPLIED' else 'PAYMENT' end, new.excess_minor - new.amount_minor,
    case new.kind when 'CREDIT' then -new.amount_minor else new.excess_minor end, new.invoice_id, new.id, new.create_time
  from invoices where id = new.invoice_id;
  return null;
end
$$;

-- What was there before the ledger, in the order in which it came.
insert into ledger_entries (owner_id, customer_id, currency_code, entry_date, type, due_minor, credit_minor, invoice_id,
  payment_id, create_time)
select owner_id, customer_id, currency_code, entry_date, type, due_minor, 0, invoice_id, payment_id, create_time
from (
  select owner_id, customer_id, currency_code, issue_date as entry_date, 'INVOICE' as type, payable_minor as due_minor,
    id as invoice_id, null::uuid as payment_id, open_time as create_time
  from invoices where state <> 'DRAFT'
  union all
  select owner_id, customer_id, currency_code, local_day(void_time, time_zone), 'VOID', -payable_minor, id, null, void_time
  from invoices where state = 'VOID'
  union all
  select payments.owner_id, customer_id, currency_code, payment_date, 'PAYMENT', -amount_minor, invoice_id, payments.id,
    payments.create_time
  from payments join invoices on invoices.id = payments.invoice_id
) as past
order by create_time, due_minor desc;

create trigger invoices_enter_opened after update on invoices for each row
  when (old.state = 'DRAFT' and new.state <> 'DRAFT') execute function enter_opened_invoice();
create trigger invoices_enter_imported after insert on invoices for each row
  when (new.state <> 'DRAFT') execute function enter_opened_invoice();
create trigger invoices_enter_voided after update on invoices for each row
  when (old.state <> 'VOID' and new.state = 'VOID') execute function enter_voided_invoice();
create trigger invoices_enter_imported_void after insert on invoices for each row
  when (new.state = 'VOID') execute function enter_voided_invoice();
create trigger payments_enter after insert on payments for each row execute function enter_payment();
