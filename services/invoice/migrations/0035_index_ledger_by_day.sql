-- The journal of all customers by day, for each type and currency by itself. In a file of its own, so that reading goes on meanwhile.
create index ledger_entries_by_day on ledger_entries (owner_id, type, currency_code, entry_date, sequence);
