-- In a file of its own, for a migration that locks two tables, one after the other, and a statement that reads both the other way
-- round could wait for each other.

-- Adds an entry to the sums over the ledger. The account is there before it is changed: a negative amount to insert would break the
-- constraint that its sum keeps.
create function add_entry_up() returns trigger language plpgsql as $$
begin
  loop
    update customer_accounts
    set due_minor = due_minor + new.due_minor, credit_minor = credit_minor + new.credit_minor
    where (owner_id, customer_id, currency_code) = (new.owner_id, new.customer_id, new.currency_code);
    exit when found;
    insert into customer_accounts (owner_id, customer_id, currency_code, due_minor, credit_minor)
    values (new.owner_id, new.customer_id, new.currency_code, 0, 0)
    on conflict do nothing;
  end loop;

  insert into ledger_sums as present (owner_id, customer_id, currency_code, unit, first_day, due_minor, credit_minor)
  values
    (new.owner_id, new.customer_id, new.currency_code, 'DAY', new.entry_date, new.due_minor, new.credit_minor),
    (new.owner_id, new.customer_id, new.currency_code, 'MONTH', date_trunc('month', new.entry_date)::date, new.due_minor, new.credit_minor)
  on conflict (owner_id, customer_id, currency_code, unit, first_day) do update
  set due_minor = present.due_minor + excluded.due_minor, credit_minor = present.credit_minor + excluded.credit_minor;
  return null;
end
$$;

drop trigger ledger_entries_add_up on ledger_entries;
drop trigger ledger_entries_sum_up on ledger_entries;
drop function add_to_customer_accounts();
drop function add_to_ledger_sums();
create trigger ledger_entries_add_up after insert on ledger_entries for each row execute function add_entry_up();
