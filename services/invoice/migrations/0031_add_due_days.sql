alter table invoices
  -- The payment term, from which the due date follows; null when that was given as a date.
  add column due_days integer,
  add constraint invoices_due_days_check check (due_days between 0 and 3650) not valid;

alter table invoice_settings
  -- The payment term of invoices that are made without one; null for none.
  add column due_days integer check (due_days between 0 and 3650);
