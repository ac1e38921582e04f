-- The statement of a customer: its entries by day, and the sum of those before from the index alone.
create index ledger_entries_of_statement on ledger_entries (owner_id, customer_id, entry_date, sequence)
  include (currency_code, due_minor, credit_minor);
