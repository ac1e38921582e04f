-- What the ledger comes to by day and by month, so that the balance at any point of a customer's statement is a sum over few rows,
-- whatever is entered for days that have passed.
create table ledger_sums (
  owner_id uuid not null,
  customer_id uuid not null,
  currency_code text not null,
  unit text not null check (unit in ('DAY', 'MONTH')),
  first_day date not null,
  due_minor numeric not null,
  credit_minor numeric not null,
  primary key (owner_id, customer_id, currency_code, unit, first_day)
) with (fillfactor = 80);

create function add_to_ledger_sums() returns trigger language plpgsql as $$
begin
  insert into ledger_sums as present (owner_id, customer_id, currency_code, unit, first_day, due_minor, credit_minor)
  select owner_id, customer_id, currency_code, unit, date_trunc(unit, entry_date)::date, sum(due_minor), sum(credit_minor)
  from added cross join (values ('DAY'), ('MONTH')) as units (unit)
  group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
  on conflict (owner_id, customer_id, currency_code, unit, first_day) do update
  set due_minor = present.due_minor + excluded.due_minor, credit_minor = present.credit_minor + excluded.credit_minor;
  return null;
end
$$;

-- It also keeps others from adding entries until all that is there has been summed.
create trigger ledger_entries_sum_up after insert on ledger_entries referencing new table as added
  for each statement execute function add_to_ledger_sums();

insert into ledger_sums (owner_id, customer_id, currency_code, unit, first_day, due_minor, credit_minor)
select owner_id, customer_id, currency_code, unit, date_trunc(unit, entry_date)::date, sum(due_minor), sum(credit_minor)
from ledger_entries cross join (values ('DAY'), ('MONTH')) as units (unit)
group by 1, 2, 3, 4, 5;

create trigger ledger_sums_follow_ledger before insert or update or delete or truncate on ledger_sums
  for each statement execute function refuse_change_beside_ledger();

-- Entries of one currency lie together, so that a statement of one passes over none of the others.
drop index ledger_entries_of_statement;
create index ledger_entries_of_statement on ledger_entries (owner_id, customer_id, currency_code, entry_date, sequence)
  include (due_minor, credit_minor);
drop index ledger_entries_of_credit;
create index ledger_entries_of_credit on ledger_entries (owner_id, customer_id, currency_code, sequence)
  where credit_minor <> 0;
