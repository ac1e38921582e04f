-- The list of a range of days in the order of creation: each day is read in that order, and the first of all days are merged.
create index invoices_by_state_due_date_create_time on invoices (owner_id, state, next_due_date, create_time, id);
-- With the date itself, since an expression alone does not let Postgres read the index without the rows.
create index invoices_by_state_issue_date_create_time
  on invoices (owner_id, state, coalesce(issue_date, 'infinity'), create_time, id) include (issue_date);

-- A statement is planned once, and perhaps while no owner has much, so how many rows owners had then must not count. The planner
-- takes all for one owner's.
do $$
declare
  listed constant text[] := array['invoices', 'payments', 'credit_notes', 'quotes', 'recurring_invoices',
    'recurring_occurrences', 'ledger_entries'];
  name text;
begin
  foreach name in array listed loop
    execute format('alter table %I alter column owner_id set (n_distinct = 1)', name);
    execute format('analyze %I (owner_id)', name);
  end loop;
end
$$;
