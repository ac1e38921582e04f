-- An invoice may be due in parts: each day on which one is has reminders of its own.
alter table invoices add column due_dates jsonb;
update invoices set due_dates = jsonb_build_array(due_date);
alter table invoices
  alter column due_dates set not null,
  drop column due_date,
  -- Which steps there are tells whether they were planned.
  drop column planned;

-- The right to send: a step has one row for each due date of its invoice, and the row becomes SENT once. A fixed time has none.
alter table reminders drop constraint reminders_step_key;
create unique index reminders_step_key on reminders (invoice_id, step, coalesce(due_date, '-infinity'));
