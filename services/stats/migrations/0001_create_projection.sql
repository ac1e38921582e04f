-- What the statistics know of the invoices of the invoice service, and the sums over it. Events come in any order and
-- more than once; a row is replaced by a newer version only.

-- One row for each account. Every change of an account's numbers locks it first, and several in the order of their ids,
-- so that changes of one account follow one another and those of several cannot deadlock.
create table accounts (
  owner_id uuid primary key,
  -- Time of the newest event that is part of the numbers.
  update_time timestamptz(3),
  -- When the account was deleted. It then has no other rows, and events that come late find no way in.
  erase_time timestamptz(3)
);

create table invoices (
  invoice_id uuid primary key,
  owner_id uuid not null references accounts,
  currency_code text not null,
  version bigint not null,
  -- A deleted draft stays as DELETED, so that an older event that comes late does not bring it back.
  state text not null,
  total_minor bigint not null,
  due_minor bigint not null,
  due_date date not null,
  constraint invoices_state check (state in ('DRAFT', 'OPEN', 'PAID', 'VOID', 'UNCOLLECTIBLE', 'DELETED'))
);

create index invoices_by_owner on invoices (owner_id);

create table payments (
  payment_id uuid primary key,
  invoice_id uuid not null references invoices,
  owner_id uuid not null references accounts,
  currency_code text not null,
  amount_minor bigint not null,
  payment_date date not null
);

create index payments_by_owner on payments (owner_id);

create index payments_by_invoice on payments (invoice_id);

-- Sums over the invoices, kept up by the triggers below. A row whose count falls to zero is removed.
create table invoice_totals (
  owner_id uuid not null references accounts,
  currency_code text not null,
  state text not null,
  -- Of open invoices, to tell which are overdue on whatever day it is; -infinity for all others.
  due_date date not null,
  count bigint not null,
  total_minor numeric not null,
  due_minor numeric not null,
  primary key (owner_id, currency_code, state, due_date)
);

-- Sums over the payments, kept up in the same way.
create table payment_totals (
  owner_id uuid not null references accounts,
  currency_code text not null,
  -- The first day of the month.
  payment_month date not null,
  count bigint not null,
  amount_minor numeric not null,
  primary key (owner_id, currency_code, payment_month)
);

-- The sums as they are counted from the rows: what the totals have to be.
create view counted_invoices as
  select owner_id, currency_code, state, case state when 'OPEN' then due_date else '-infinity' end as due_date,
    count(*) as count, sum(total_minor) as total_minor, sum(due_minor) as due_minor
  from invoices
  where state <> 'DELETED'
  group by 1, 2, 3, 4;

create view counted_payments as
  select owner_id, currency_code, date_trunc('month', payment_date::timestamp)::date as payment_month,
    count(*) as count, sum(amount_minor) as amount_minor
  from payments
  group by 1, 2, 3;

-- Adds changed invoices to their totals, or takes them away when the argument is -1.
create function add_to_invoice_totals() returns trigger language plpgsql as $$
declare
  sign constant integer := tg_argv[0];
begin
  insert into invoice_totals as totals (owner_id, currency_code, state, due_date, count, total_minor, due_minor)
  select owner_id, currency_code, state, case state when 'OPEN' then due_date else '-infinity' end,
    sign * count(*), sign * sum(total_minor), sign * sum(due_minor)
  from changed
  where state <> 'DELETED'
  group by 1, 2, 3, 4
  order by 1, 2, 3, 4
  on conflict (owner_id, currency_code, state, due_date) do update set
    count = totals.count + excluded.count,
    total_minor = totals.total_minor + excluded.total_minor,
    due_minor = totals.due_minor + excluded.due_minor;

  if sign < 0 then
    delete from invoice_totals where count = 0 and owner_id in (select owner_id from changed);
  end if;
  return null;
end
$$;

create trigger invoices_inserted after insert on invoices referencing new table as changed
  for each statement execute function add_to_invoice_totals('1');

-- Triggers of one event run in the order of their names: adding first keeps rows that only change from coming and going.
create trigger invoices_updated_add after update on invoices referencing new table as changed
  for each statement execute function add_to_invoice_totals('1');

create trigger invoices_updated_subtract after update on invoices referencing old table as changed
  for each statement execute function add_to_invoice_totals('-1');

create trigger invoices_deleted after delete on invoices referencing old table as changed
  for each statement execute function add_to_invoice_totals('-1');

-- The same for payments.
create function add_to_payment_totals() returns trigger language plpgsql as $$
declare
  sign constant integer := tg_argv[0];
begin
  insert into payment_totals as totals (owner_id, currency_code, payment_month, count, amount_minor)
  select owner_id, currency_code, date_trunc('month', payment_date::timestamp)::date,
    sign * count(*), sign * sum(amount_minor)
  from changed
  group by 1, 2, 3
  order by 1, 2, 3
  on conflict (owner_id, currency_code, payment_month) do update set
    count = totals.count + excluded.count,
    amount_minor = totals.amount_minor + excluded.amount_minor;

  if sign < 0 then
    delete from payment_totals where count = 0 and owner_id in (select owner_id from changed);
  end if;
  return null;
end
$$;

create trigger payments_inserted after insert on payments referencing new table as changed
  for each statement execute function add_to_payment_totals('1');

create trigger payments_updated_add after update on payments referencing new table as changed
  for each statement execute function add_to_payment_totals('1');

create trigger payments_updated_subtract after update on payments referencing old table as changed
  for each statement execute function add_to_payment_totals('-1');

create trigger payments_deleted after delete on payments referencing old table as changed
  for each statement execute function add_to_payment_totals('-1');

-- The deletion of an account takes its rows along. A trigger sees what others committed while the statement that
-- deletes the account waited for its lock; the statement itself would not.
create function erase_account() returns trigger language plpgsql as $$
begin
  delete from payments where owner_id = new.owner_id;
  delete from invoices where owner_id = new.owner_id;
  return null;
end
$$;

create trigger accounts_erased after insert or update of erase_time on accounts
  for each row when (new.erase_time is not null) execute function erase_account();

-- Compares the totals of some accounts with what is counted from their rows, corrects what differs, and gives how many
-- rows did. The accounts are locked before anything is counted, so it is safe while events arrive.
create function recount_totals(owner_ids uuid[]) returns bigint language plpgsql as $$
declare
  corrected bigint := 0;
  affected bigint;
begin
  perform 1 from accounts where owner_id = any (owner_ids) order by owner_id for update;

  insert into invoice_totals as totals (owner_id, currency_code, state, due_date, count, total_minor, due_minor)
  select owner_id, currency_code, state, due_date, count, total_minor, due_minor
  from counted_invoices where owner_id = any (owner_ids)
  on conflict (owner_id, currency_code, state, due_date) do update set
    count = excluded.count, total_minor = excluded.total_minor, due_minor = excluded.due_minor
  where (totals.count, totals.total_minor, totals.due_minor)
    <> (excluded.count, excluded.total_minor, excluded.due_minor);
  get diagnostics affected = row_count;
  corrected := corrected + affected;

  delete from invoice_totals as totals where owner_id = any (owner_ids) and not exists (
    select 1 from counted_invoices as counted
    where (counted.owner_id, counted.currency_code, counted.state, counted.due_date)
      = (totals.owner_id, totals.currency_code, totals.state, totals.due_date)
  );
  get diagnostics affected = row_count;
  corrected := corrected + affected;

  insert into payment_totals as totals (owner_id, currency_code, payment_month, count, amount_minor)
  select owner_id, currency_code, payment_month, count, amount_minor
  from counted_payments where owner_id = any (owner_ids)
  on conflict (owner_id, currency_code, payment_month) do update set
    count = excluded.count, amount_minor = excluded.amount_minor
  where (totals.count, totals.amount_minor) <> (excluded.count, excluded.amount_minor);
  get diagnostics affected = row_count;
  corrected := corrected + affected;

  delete from payment_totals as totals where owner_id = any (owner_ids) and not exists (
    select 1 from counted_payments as counted
    where (counted.owner_id, counted.currency_code, counted.payment_month)
      = (totals.owner_id, totals.currency_code, totals.payment_month)
  );
  get diagnostics affected = row_count;
  return corrected + affected;
end
$$;
