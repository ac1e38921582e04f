-- An invoice can be paid in instalments; what is overdue then follows the first one that is not settled.

-- The day until which something is to be paid: the due date of the first instalment that what was settled does not cover.
create function next_due_date_of(due_date date, instalments jsonb, settled_minor bigint) returns date
language sql immutable as $$
  select coalesce(min(plan.due) filter (where plan.until > settled_minor), due_date)
  from (
    select (item ->> 'dueDate')::date as due, sum((item ->> 'amountMinor')::bigint) over (order by place) as until
    from jsonb_array_elements(instalments) with ordinality as given (item, place)
  ) as plan
$$;

alter table invoices
  -- [{"dueDate": "YYYY-MM-DD", "amountMinor": "5950"}], by day; they add up to what is to be paid. Empty without a plan.
  add column instalments jsonb not null default '[]';

alter table invoices
  add column next_due_date date not null
    generated always as (next_due_date_of(due_date, instalments, paid_minor + credited_minor)) stored,
  add constraint invoices_only_opened_has_plan check (instalments = '[]' or state <> 'DRAFT');

create or replace function unfrozen_invoice_columns() returns text[] language sql immutable as $$
  select array['version', 'state', 'memo', 'metadata', 'tags', 'paid_minor', 'credited_minor', 'written_off_minor',
    'credit_note_minor', 'credit_note_count', 'payable_minor', 'instalments', 'next_due_date', 'time_zone', 'update_time', 'pay_time',
    'void_time', 'revised_by_invoice_id']
$$;

-- The list goes by the next due date.
drop index invoices_by_due_date;
drop index invoices_by_state_due_date;
drop index invoices_by_customer_due_date;
drop index invoices_by_currency_due_date;
create index invoices_by_due_date on invoices (owner_id, next_due_date, id);
create index invoices_by_state_due_date on invoices (owner_id, state, next_due_date, id);
create index invoices_by_customer_due_date on invoices (owner_id, customer_id, next_due_date, id);
create index invoices_by_currency_due_date on invoices (owner_id, currency_code, next_due_date, id);
