-- Statistics by month and by customer, and days to pay: what they need to know of each invoice, and the sums over it.

alter table invoices
  -- Null where a service from before this migration wrote the row.
  add column customer_id uuid,
  add column tax_minor bigint,
  add column paid_minor bigint,
  -- Null on a draft.
  add column issue_date date,
  -- Of the latest of the payments that it was paid with, kept up by their triggers.
  add column last_payment_date date,
  -- The version that the columns above are of. While it is another one than that of the row, a job takes the invoice over
  -- anew.
  add column complete_version bigint,
  add column complete boolean not null generated always as (complete_version is not distinct from version) stored,
  -- The first day of the month that the invoice counts in, which no draft and no voided one does.
  add column month date generated always as (
    case when state in ('OPEN', 'PAID', 'UNCOLLECTIBLE') then date_trunc('month', issue_date::timestamp)::date end
  ) stored,
  add column days_to_pay integer generated always as (
    case state when 'PAID' then last_payment_date - issue_date end
  ) stored;

-- Credit notes are in it as well: they too take something off an invoice on a day.
alter table payments
  -- MONEY that was received, CREDIT that the customer had, or a CREDIT_NOTE, whose amount is its total.
  add column kind text not null default 'MONEY' check (kind in ('MONEY', 'CREDIT', 'CREDIT_NOTE')),
  -- The part that paid for the invoice; null for all of it. What is more became credit. A credit note pays nothing.
  add column applied_minor bigint,
  -- Of a credit note.
  add column tax_minor bigint not null default 0;

create index invoices_incomplete on invoices (invoice_id) where not complete and state <> 'DELETED';

alter table invoice_totals
  -- Of the invoices with days to pay.
  add column paid_count bigint not null default 0,
  add column days_to_pay numeric not null default 0;

-- What was a sum over payments alone becomes one over all that belongs to a month.
alter table payment_totals rename to monthly_totals;

alter index payment_totals_pkey rename to monthly_totals_pkey;

alter table monthly_totals rename payment_month to month;

alter table monthly_totals rename count to payment_count;

alter table monthly_totals rename amount_minor to paid_minor;

alter table monthly_totals
  add column invoiced_count bigint not null default 0,
  add column invoiced_total_minor numeric not null default 0,
  add column invoiced_tax_minor numeric not null default 0,
  add column credited_count bigint not null default 0,
  add column credited_total_minor numeric not null default 0,
  add column credited_tax_minor numeric not null default 0;

-- What was credited is added up over all months that have any.
create index monthly_totals_credited on monthly_totals (owner_id, currency_code) where credited_count > 0;

create index monthly_totals_newest_first on monthly_totals (owner_id, month desc, currency_code);

-- For replicas of the version before, which read it.
create view payment_totals as
  select owner_id, currency_code, month as payment_month, payment_count as count, paid_minor as amount_minor
  from monthly_totals;

create table customer_totals (
  owner_id uuid not null references accounts,
  customer_id uuid not null,
  currency_code text not null,
  invoiced_count bigint not null,
  invoiced_total_minor numeric not null,
  invoiced_tax_minor numeric not null,
  paid_minor numeric not null,
  -- Of open invoices.
  due_minor numeric not null,
  primary key (owner_id, customer_id, currency_code)
);

-- The order of the list. The negative makes all of it ascending, so that one comparison finds where a page begins.
create index customer_totals_largest_first
  on customer_totals (owner_id, currency_code, (-invoiced_total_minor), customer_id);

-- The same due amounts by due date, to tell which are overdue on whatever day it is.
create table customer_due_totals (
  owner_id uuid not null references accounts,
  customer_id uuid not null,
  currency_code text not null,
  due_date date not null,
  count bigint not null,
  due_minor numeric not null,
  primary key (owner_id, customer_id, currency_code, due_date)
);

drop view counted_invoices, counted_payments;

-- The sums as they are counted from the rows: what the totals have to be, column by column.
create view counted_invoice_totals as
  select owner_id, currency_code, state, case state when 'OPEN' then due_date else '-infinity' end as due_date,
    count(*) as count, sum(total_minor) as total_minor, sum(due_minor) as due_minor,
    count(days_to_pay) as paid_count, coalesce(sum(days_to_pay), 0)::numeric as days_to_pay
  from invoices
  where state <> 'DELETED'
  group by 1, 2, 3, 4;

create view counted_monthly_totals as
  select owner_id, currency_code, month, sum(payment_count)::bigint as payment_count, sum(paid_minor) as paid_minor,
    sum(invoiced_count)::bigint as invoiced_count, sum(invoiced_total_minor) as invoiced_total_minor,
    sum(invoiced_tax_minor) as invoiced_tax_minor, sum(credited_count)::bigint as credited_count,
    sum(credited_total_minor) as credited_total_minor, sum(credited_tax_minor) as credited_tax_minor
  from (
    select owner_id, currency_code, date_trunc('month', payment_date::timestamp)::date, 1, amount_minor, 0, 0, 0, 0, 0, 0
    from payments where kind = 'MONEY'
    union all
    select owner_id, currency_code, month, 0, 0, 1, total_minor, tax_minor, 0, 0, 0
    from invoices where month is not null
    union all
    select owner_id, currency_code, date_trunc('month', payment_date::timestamp)::date, 0, 0, 0, 0, 0, 1, amount_minor,
      tax_minor
    from payments where kind = 'CREDIT_NOTE'
  ) as parts (owner_id, currency_code, month, payment_count, paid_minor, invoiced_count, invoiced_total_minor,
    invoiced_tax_minor, credited_count, credited_total_minor, credited_tax_minor)
  group by 1, 2, 3;

create view counted_customer_totals as
  select owner_id, customer_id, currency_code, count(*) as invoiced_count, sum(total_minor) as invoiced_total_minor,
    sum(tax_minor) as invoiced_tax_minor, sum(paid_minor) as paid_minor,
    sum(case state when 'OPEN' then due_minor else 0 end) as due_minor
  from invoices
  where month is not null
  group by 1, 2, 3;

create view counted_customer_due_totals as
  select owner_id, customer_id, currency_code, due_date, count(*) as count, sum(due_minor) as due_minor
  from invoices
  where month is not null and state = 'OPEN'
  group by 1, 2, 3, 4;

-- Has totals follow a table: after each statement that changes rows of it, the body runs, with {changes} for the rows that
-- were added, with sign 1, and those that were taken away, with sign -1. An update does both, so that what it leaves as it
-- was cancels out. A second call for the same table replaces the body.
create procedure follow_changes(followed regclass, body text) language plpgsql as $$
declare
  added constant text := 'select 1 as sign, * from gained';
  removed constant text := 'select -1 as sign, * from lost';
  operation record;
begin
  for operation in
    values ('insert', added, 'new table as gained', 'true'),
      ('update', added || ' union all ' || removed, 'new table as gained old table as lost', 'true'),
      -- Only the erasure of an account, itself a trigger, deletes from inside of one; it empties the totals at once.
      ('delete', removed, 'old table as lost', 'pg_trigger_depth() = 0')
  loop
    -- Plans are kept. One that was made while a table was small would still read all of it when it is large; whereas what
    -- changes is always little, and is found by index.
    execute format('create or replace function %I() returns trigger language plpgsql
      set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as %L',
      format('follow_%s_of_%s', operation.column1, followed),
      replace('begin if exists (select from {changes}) then ' || body || ' end if; return null; end',
        '{changes}', format('(%s) as changes', operation.column2)));
    execute format('create or replace trigger %I after %s on %s referencing %s for each statement when (%s)
      execute function %1$I()', format('follow_%s_of_%s', operation.column1, followed), operation.column1, followed,
      operation.column3, operation.column4);
  end loop;
end
$$;

drop trigger invoices_inserted on invoices;
drop trigger invoices_updated_add on invoices;
drop trigger invoices_updated_subtract on invoices;
drop trigger invoices_deleted on invoices;
drop trigger payments_inserted on payments;
drop trigger payments_updated_add on payments;
drop trigger payments_updated_subtract on payments;
drop trigger payments_deleted on payments;
drop function add_to_invoice_totals, add_to_payment_totals;

call follow_changes('invoices', $$
  insert into invoice_totals as totals
    (owner_id, currency_code, state, due_date, count, total_minor, due_minor, paid_count, days_to_pay)
  select * from (
    select owner_id, currency_code, state, case state when 'OPEN' then due_date else '-infinity' end as due_date,
      sum(sign) as count, sum(sign * total_minor) as total_minor, sum(sign * due_minor) as due_minor,
      count(days_to_pay) filter (where sign > 0) - count(days_to_pay) filter (where sign < 0) as paid_count,
      coalesce(sum(sign * days_to_pay), 0) as days_to_pay
    from {changes} where state <> 'DELETED' group by 1, 2, 3, 4
  ) as net
  where (count, total_minor, due_minor, paid_count, days_to_pay) <> (0, 0, 0, 0, 0)
  order by owner_id, currency_code, state, due_date
  on conflict (owner_id, currency_code, state, due_date) do update set
    count = totals.count + excluded.count,
    total_minor = totals.total_minor + excluded.total_minor,
    due_minor = totals.due_minor + excluded.due_minor,
    paid_count = totals.paid_count + excluded.paid_count,
    days_to_pay = totals.days_to_pay + excluded.days_to_pay;

  insert into monthly_totals as totals (owner_id, currency_code, month, payment_count, paid_minor,
    invoiced_count, invoiced_total_minor, invoiced_tax_minor)
  select * from (
    select owner_id, currency_code, month, 0, 0, sum(sign) as count, sum(sign * total_minor) as total_minor,
      sum(sign * tax_minor) as tax_minor
    from {changes} where month is not null group by 1, 2, 3
  ) as net
  where (count, total_minor, tax_minor) <> (0, 0, 0)
  order by owner_id, currency_code, month
  on conflict (owner_id, currency_code, month) do update set
    invoiced_count = totals.invoiced_count + excluded.invoiced_count,
    invoiced_total_minor = totals.invoiced_total_minor + excluded.invoiced_total_minor,
    invoiced_tax_minor = totals.invoiced_tax_minor + excluded.invoiced_tax_minor;

  insert into customer_totals as totals (owner_id, customer_id, currency_code, invoiced_count, invoiced_total_minor,
    invoiced_tax_minor, paid_minor, due_minor)
  select * from (
    select owner_id, customer_id, currency_code, sum(sign) as count, sum(sign * total_minor) as total_minor,
      sum(sign * tax_minor) as tax_minor, sum(sign * paid_minor) as paid_minor,
      coalesce(sum(sign * due_minor) filter (where state = 'OPEN'), 0) as due_minor
    from {changes} where month is not null group by 1, 2, 3
  ) as net
  where (count, total_minor, tax_minor, paid_minor, due_minor) <> (0, 0, 0, 0, 0)
  order by owner_id, customer_id, currency_code
  on conflict (owner_id, customer_id, currency_code) do update set
    invoiced_count = totals.invoiced_count + excluded.invoiced_count,
    invoiced_total_minor = totals.invoiced_total_minor + excluded.invoiced_total_minor,
    invoiced_tax_minor = totals.invoiced_tax_minor + excluded.invoiced_tax_minor,
    paid_minor = totals.paid_minor + excluded.paid_minor,
    due_minor = totals.due_minor + excluded.due_minor;

  insert into customer_due_totals as totals (owner_id, customer_id, currency_code, due_date, count, due_minor)
  select * from (
    select owner_id, customer_id, currency_code, due_date, sum(sign) as count, sum(sign * due_minor) as due_minor
    from {changes} where month is not null and state = 'OPEN' group by 1, 2, 3, 4
  ) as net
  where (count, due_minor) <> (0, 0)
  order by owner_id, customer_id, currency_code, due_date
  on conflict (owner_id, customer_id, currency_code, due_date) do update set
    count = totals.count + excluded.count,
    due_minor = totals.due_minor + excluded.due_minor;

  -- Only what may have become empty is looked at: an account can have any number of customers. A row without a count may hold the
  -- days of an invoice that is counted in a moment: payments find their date inside of the statement that counts the invoice.
  delete from invoice_totals where (count, paid_count, days_to_pay) = (0, 0, 0) and (owner_id, currency_code, state) in (
    select owner_id, currency_code, state from {changes} where sign < 0);
  delete from monthly_totals where (payment_count, invoiced_count, credited_count) = (0, 0, 0) and (owner_id, currency_code, month) in (
    select owner_id, currency_code, month from {changes} group by 1, 2, 3 having sum(sign) < 0);
  delete from customer_totals where invoiced_count = 0 and (owner_id, customer_id, currency_code) in (
    select owner_id, customer_id, currency_code from {changes} where month is not null group by 1, 2, 3 having sum(sign) < 0);
  delete from customer_due_totals where count = 0 and (owner_id, customer_id, currency_code, due_date) in (
    select owner_id, customer_id, currency_code, due_date from {changes}
    where month is not null and state = 'OPEN' group by 1, 2, 3, 4 having sum(sign) < 0);
$$);

call follow_changes('payments', $$
  insert into monthly_totals as totals (owner_id, currency_code, month, payment_count, paid_minor, credited_count,
    credited_total_minor, credited_tax_minor)
  select * from (
    select owner_id, currency_code, date_trunc('month', payment_date::timestamp)::date as month,
      coalesce(sum(sign) filter (where kind = 'MONEY'), 0) as payment_count,
      coalesce(sum(sign * amount_minor) filter (where kind = 'MONEY'), 0) as paid_minor,
      coalesce(sum(sign) filter (where kind = 'CREDIT_NOTE'), 0) as credited_count,
      coalesce(sum(sign * amount_minor) filter (where kind = 'CREDIT_NOTE'), 0) as credited_total_minor,
      coalesce(sum(sign * tax_minor) filter (where kind = 'CREDIT_NOTE'), 0) as credited_tax_minor
    from {changes} where kind in ('MONEY', 'CREDIT_NOTE') group by 1, 2, 3
  ) as net
  where (payment_count, paid_minor, credited_count, credited_total_minor, credited_tax_minor) <> (0, 0, 0, 0, 0)
  order by owner_id, currency_code, month
  on conflict (owner_id, currency_code, month) do update set
    payment_count = totals.payment_count + excluded.payment_count,
    paid_minor = totals.paid_minor + excluded.paid_minor,
    credited_count = totals.credited_count + excluded.credited_count,
    credited_total_minor = totals.credited_total_minor + excluded.credited_total_minor,
    credited_tax_minor = totals.credited_tax_minor + excluded.credited_tax_minor;

  delete from monthly_totals where (payment_count, invoiced_count, credited_count) = (0, 0, 0) and (owner_id, currency_code, month) in (
    select owner_id, currency_code, date_trunc('month', payment_date::timestamp)::date
    from {changes} where kind in ('MONEY', 'CREDIT_NOTE') group by 1, 2, 3 having sum(sign) < 0);

  update invoices set last_payment_date = paid.last_payment_date
  from (
    select invoice_id,
      max(payments.payment_date) filter (where coalesce(applied_minor, amount_minor) > 0) as last_payment_date
    from (select distinct invoice_id from {changes}) as touched left join payments using (invoice_id)
    group by invoice_id
  ) as paid
  where invoices.invoice_id = paid.invoice_id and invoices.last_payment_date is distinct from paid.last_payment_date;
$$);

create or replace function erase_account() returns trigger language plpgsql as $$
begin
  delete from payments where owner_id = new.owner_id;
  delete from invoices where owner_id = new.owner_id;
  delete from invoice_totals where owner_id = new.owner_id;
  delete from monthly_totals where owner_id = new.owner_id;
  delete from customer_totals where owner_id = new.owner_id;
  delete from customer_due_totals where owner_id = new.owner_id;
  return null;
end
$$;

-- Compares the totals of some accounts with what is counted from their rows, corrects what differs, and gives how many
-- rows it removed or wrote. The accounts are locked before anything is counted, so it is safe while events arrive.
create or replace function recount_totals(owner_ids uuid[]) returns bigint language plpgsql as $$
declare
  corrected bigint := 0;
  affected bigint;
  totals text;
begin
  perform 1 from accounts where owner_id = any (owner_ids) order by owner_id for update;

  foreach totals in array array['invoice_totals', 'monthly_totals', 'customer_totals', 'customer_due_totals'] loop
    execute format('delete from %1$I as totals where owner_id = any ($1) and not exists (
      select 1 from counted_%1$I as counted where owner_id = any ($1) and counted = totals)', totals) using owner_ids;
    get diagnostics affected = row_count;
    corrected := corrected + affected;
    execute format('insert into %1$I select * from counted_%1$I where owner_id = any ($1) on conflict do nothing', totals)
      using owner_ids;
    get diagnostics affected = row_count;
    corrected := corrected + affected;
  end loop;
  return corrected;
end
$$;
