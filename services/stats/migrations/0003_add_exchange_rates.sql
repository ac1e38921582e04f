-- Exchange rates that an account has stored, and with which statistics are converted to its currency.

alter table accounts
  -- How many rows exchange_rates has for the account, counted in the statements that add and delete them: the lock on this row
  -- keeps two rates that are stored at the same moment from passing the limit together.
  add column exchange_rates_count integer not null default 0 check (exchange_rates_count >= 0);

create table exchange_rates (
  id uuid primary key,
  owner_id uuid not null references accounts,
  currency_code text not null,
  target_currency_code text not null check (target_currency_code <> currency_code),
  -- How many units of the target one unit of the currency is.
  rate numeric not null check (rate > 0),
  -- The first day on which it holds.
  rate_date date not null,
  create_time timestamptz(3) not null,
  -- Also finds the rate that holds on a day.
  constraint exchange_rates_of_day unique (owner_id, target_currency_code, currency_code, rate_date)
);

create index exchange_rates_newest_first on exchange_rates (owner_id, rate_date, id);

create index exchange_rates_of_currency on exchange_rates (owner_id, currency_code, rate_date, id);

create or replace function erase_account() returns trigger language plpgsql as $$
begin
  delete from payments where owner_id = new.owner_id;
  delete from invoices where owner_id = new.owner_id;
  delete from invoice_totals where owner_id = new.owner_id;
  delete from monthly_totals where owner_id = new.owner_id;
  delete from customer_totals where owner_id = new.owner_id;
  delete from customer_due_totals where owner_id = new.owner_id;
  delete from exchange_rates where owner_id = new.owner_id;
  return null;
end
$$;
