-- What was paid, credited and written off of invoices, told apart: sums by state, and what credit notes come to by customer.

alter table invoices
  -- Taken off what was due by credit notes, and by write-offs. Null where a service from before this migration wrote the row.
  add column credited_minor bigint,
  add column written_off_minor bigint,
  -- The version that the two columns above are of. While it is another one than that of the row, a job takes the invoice over anew.
  add column credits_version bigint,
  -- What its credit notes come to, kept up by the triggers of payments.
  add column credit_note_count integer not null default 0,
  add column credit_note_total_minor bigint not null default 0,
  add column credit_note_tax_minor bigint not null default 0,
  drop column complete;

-- The name stays, which services from before this migration go by as well.
alter table invoices
  add column complete boolean not null generated always as (
    complete_version is not distinct from version and credits_version is not distinct from version
  ) stored;

create index invoices_incomplete on invoices (invoice_id) where not complete and state <> 'DELETED';

alter table invoice_totals
  add column paid_minor numeric not null default 0,
  add column credited_minor numeric not null default 0,
  add column written_off_minor numeric not null default 0;

alter table customer_totals
  add column credited_count bigint not null default 0,
  add column credited_total_minor numeric not null default 0,
  add column credited_tax_minor numeric not null default 0,
  add column written_off_minor numeric not null default 0;

-- The sums as they are counted from the rows, with the columns in the order of the totals.
create or replace view counted_invoice_totals as
  select owner_id, currency_code, state, case state when 'OPEN' then due_date else '-infinity' end as due_date,
    count(*) as count, sum(total_minor) as total_minor, sum(due_minor) as due_minor,
    count(days_to_pay) as paid_count, coalesce(sum(days_to_pay), 0)::numeric as days_to_pay,
    coalesce(sum(paid_minor), 0) as paid_minor, coalesce(sum(credited_minor), 0) as credited_minor,
    coalesce(sum(written_off_minor), 0) as written_off_minor
  from invoices
  where state <> 'DELETED'
  group by 1, 2, 3, 4;

create or replace view counted_customer_totals as
  select owner_id, customer_id, currency_code, count(*) as invoiced_count, sum(total_minor) as invoiced_total_minor,
    sum(tax_minor) as invoiced_tax_minor, sum(paid_minor) as paid_minor,
    sum(case state when 'OPEN' then due_minor else 0 end) as due_minor, sum(credit_note_count) as credited_count,
    sum(credit_note_total_minor) as credited_total_minor, sum(credit_note_tax_minor) as credited_tax_minor,
    coalesce(sum(written_off_minor), 0) as written_off_minor
  from invoices
  where month is not null
  group by 1, 2, 3;

call follow_changes('invoices', $$
  insert into invoice_totals as totals (owner_id, currency_code, state, due_date, count, total_minor, due_minor, paid_count,
    days_to_pay, paid_minor, credited_minor, written_off_minor)
  select * from (
    select owner_id, currency_code, state, case state when 'OPEN' then due_date else '-infinity' end as due_date,
      sum(sign) as count, sum(sign * total_minor) as total_minor, sum(sign * due_minor) as due_minor,
      count(days_to_pay) filter (where sign > 0) - count(days_to_pay) filter (where sign < 0) as paid_count,
      coalesce(sum(sign * days_to_pay), 0) as days_to_pay, coalesce(sum(sign * paid_minor), 0) as paid_minor,
      coalesce(sum(sign * credited_minor), 0) as credited_minor,
      coalesce(sum(sign * written_off_minor), 0) as written_off_minor
    from {changes} where state <> 'DELETED' group by 1, 2, 3, 4
  ) as net
  where (count, total_minor, due_minor, paid_count, days_to_pay, paid_minor, credited_minor, written_off_minor)
    <> (0, 0, 0, 0, 0, 0, 0, 0)
  order by owner_id, currency_code, state, due_date
  on conflict (owner_id, currency_code, state, due_date) do update set
    count = totals.count + excluded.count,
    total_minor = totals.total_minor + excluded.total_minor,
    due_minor = totals.due_minor + excluded.due_minor,
    paid_count = totals.paid_count + excluded.paid_count,
    days_to_pay = totals.days_to_pay + excluded.days_to_pay,
    paid_minor = totals.paid_minor + excluded.paid_minor,
    credited_minor = totals.credited_minor + excluded.credited_minor,
    written_off_minor = totals.written_off_minor + excluded.written_off_minor;

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
    invoiced_tax_minor, paid_minor, due_minor, credited_count, credited_total_minor, credited_tax_minor, written_off_minor)
  select * from (
    select owner_id, customer_id, currency_code, sum(sign) as count, sum(sign * total_minor) as total_minor,
      sum(sign * tax_minor) as tax_minor, sum(sign * paid_minor) as paid_minor,
      coalesce(sum(sign * due_minor) filter (where state = 'OPEN'), 0) as due_minor,
      sum(sign * credit_note_count) as credited_count, sum(sign * credit_note_total_minor) as credited_total_minor,
      sum(sign * credit_note_tax_minor) as credited_tax_minor,
      coalesce(sum(sign * written_off_minor), 0) as written_off_minor
    from {changes} where month is not null group by 1, 2, 3
  ) as net
  where (count, total_minor, tax_minor, paid_minor, due_minor, credited_count, credited_total_minor, credited_tax_minor,
    written_off_minor) <> (0, 0, 0, 0, 0, 0, 0, 0, 0)
  order by owner_id, customer_id, currency_code
  on conflict (owner_id, customer_id, currency_code) do update set
    invoiced_count = totals.invoiced_count + excluded.invoiced_count,
    invoiced_total_minor = totals.invoiced_total_minor + excluded.invoiced_total_minor,
    invoiced_tax_minor = totals.invoiced_tax_minor + excluded.invoiced_tax_minor,
    paid_minor = totals.paid_minor + excluded.paid_minor,
    due_minor = totals.due_minor + excluded.due_minor,
    credited_count = totals.credited_count + excluded.credited_count,
    credited_total_minor = totals.credited_total_minor + excluded.credited_total_minor,
    credited_tax_minor = totals.credited_tax_minor + excluded.credited_tax_minor,
    written_off_minor = totals.written_off_minor + excluded.written_off_minor;

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

  update invoices set
    last_payment_date = found.last_payment_date,
    credit_note_count = found.credit_note_count,
    credit_note_total_minor = found.credit_note_total_minor,
    credit_note_tax_minor = found.credit_note_tax_minor
  from (
    select invoice_id,
      max(payments.payment_date) filter (where coalesce(applied_minor, amount_minor) > 0) as last_payment_date,
      (count(*) filter (where kind = 'CREDIT_NOTE'))::integer as credit_note_count,
      coalesce(sum(amount_minor) filter (where kind = 'CREDIT_NOTE'), 0)::bigint as credit_note_total_minor,
      coalesce(sum(payments.tax_minor) filter (where kind = 'CREDIT_NOTE'), 0)::bigint as credit_note_tax_minor
    from (select distinct invoice_id from {changes}) as touched left join payments using (invoice_id)
    group by invoice_id
  ) as found
  where invoices.invoice_id = found.invoice_id
    and (invoices.last_payment_date, invoices.credit_note_count, invoices.credit_note_total_minor, invoices.credit_note_tax_minor)
      is distinct from
      (found.last_payment_date, found.credit_note_count, found.credit_note_total_minor, found.credit_note_tax_minor);
$$);

-- What is known of the invoices there are. What was credited and written off is for the job to take over.
update invoices set
  credit_note_count = notes.count,
  credit_note_total_minor = notes.total_minor,
  credit_note_tax_minor = notes.tax_minor
from (
  select invoice_id, count(*) as count, sum(amount_minor) as total_minor, sum(tax_minor) as tax_minor
  from payments where kind = 'CREDIT_NOTE' group by 1
) as notes
where invoices.invoice_id = notes.invoice_id;

update invoice_totals as totals set paid_minor = counted.paid_minor
from counted_invoice_totals as counted
where (counted.owner_id, counted.currency_code, counted.state, counted.due_date)
  = (totals.owner_id, totals.currency_code, totals.state, totals.due_date) and counted.paid_minor <> 0;
