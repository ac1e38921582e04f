alter table recurring_invoices
  -- Which period its invoices are for, by their date in the schedule.
  add column period text not null default 'NONE',
  add constraint recurring_invoices_period_check check (period in ('NONE', 'PRECEDING', 'FOLLOWING')) not valid;
