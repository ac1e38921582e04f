-- The list of what a recurring invoice made. Other invoices have no entry. Which invoice a quote became is in invoices_quote_key.
create index invoices_by_recurring_invoice on invoices (owner_id, recurring_invoice_id, create_time, id)
  where recurring_invoice_id is not null;
