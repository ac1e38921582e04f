-- In a file of its own, for a migration that locks two tables, one after the other, and a statement that reads both the other way
-- round could wait for each other.

alter table payments
  drop constraint payments_kind,
  add constraint payments_kind check (kind in ('MONEY', 'CREDIT', 'WRITE_OFF', 'EARLY_PAYMENT_DISCOUNT')) not valid;

-- What it does stands in 0011; new are the discounts.
create or replace function enter_payment() returns trigger language plpgsql as $$
declare
  sign constant integer := case when new.reverse_time is null then 1 else -1 end;
begin
  insert into ledger_entries (owner_id, customer_id, currency_code, entry_date, type, due_minor, credit_minor, invoice_id,
    payment_id, create_time)
  select new.owner_id, customer_id, currency_code, coalesce(new.reverse_date, new.payment_date),
    case
      when new.reverse_time is not null then 'REVERSAL'
      when new.kind = 'CREDIT' then 'CREDIT_APPLIED'
      when new.kind in ('WRITE_OFF', 'EARLY_PAYMENT_DISCOUNT') then new.kind
      else 'PAYMENT'
    end,
    sign * (new.excess_minor - new.amount_minor),
    sign * case new.kind when 'CREDIT' then -new.amount_minor else new.excess_minor end,
    new.invoice_id, new.id, coalesce(new.reverse_time, new.create_time)
  from invoices where id = new.invoice_id;
  return null;
end
$$;
