-- Drafts keep the name of their customer to be found by it, so those that no call makes need it as well.
alter table recurring_invoices
  add column customer_name text not null default '';
