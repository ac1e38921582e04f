-- A line as it is read. Which value stands where is what the service reads, and replicas of the version before read as well: new ones
-- may only come last. As an expression without a query in it, it becomes part of the plan of what calls it.
create function values_of_line(line invoice_lines) returns json language sql stable as $$
  select json_build_array(line.id, line.description, line.quantity::text, line.unit_price::text,
    coalesce(line.tax_percent::text, ''), line.discount_percent::text, line.gross_minor::text, line.discount_minor::text,
    line.net_minor::text, line.base_quantity::text, line.unit_code, line.discount_amount_minor::text, line.allowances,
    line.charges, line.taxes, line.allowance_minor::text, line.charge_minor::text, line.included_tax_minor::text)
$$;

-- The lines of an opened invoice, in their order, as a JSON array: they are frozen, and to gather them each time is half of the work
-- of reading an invoice. Null on a draft, and on what was opened before there was this column. Text, since it is only ever copied as a whole.
alter table invoices add column frozen_lines text;

-- What it does and why stands in 0024; new is that an invoice that is opened gets its frozen lines, and that a change of it leaves them
-- where they are: of some dozens of lines they stand beside the row.
create or replace function refuse_frozen_invoice() returns trigger language plpgsql as $$
declare
  expected invoices := old;
  -- A row that is compared gets its long values written out, and with those the row would be stored: hence a copy.
  given invoices := new;
begin
  if old.state = 'DRAFT' then
    if tg_op = 'DELETE' then
      return old;
    end if;
    if new.state <> 'DRAFT' then
      -- A replica of an early version does not know the column.
      new.open_time := coalesce(new.open_time, new.update_time);
      new.frozen_lines := to_json(array(
        select values_of_line(line) from invoice_lines as line where line.invoice_id = new.id order by line.position));
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    raise exception 'invoice % was opened and cannot be deleted', old.id using errcode = 'restrict_violation';
  end if;
  if old.state = 'VOID' and new.state <> 'VOID' then
    raise exception 'invoice % was voided and stays so', old.id using errcode = 'restrict_violation';
  end if;
  expected.version := new.version;
  expected.state := new.state;
  expected.memo := new.memo;
  expected.metadata := new.metadata;
  expected.tags := new.tags;
  expected.paid_minor := new.paid_minor;
  expected.credited_minor := new.credited_minor;
  expected.written_off_minor := new.written_off_minor;
  expected.credit_note_minor := new.credit_note_minor;
  expected.credit_note_count := new.credit_note_count;
  expected.instalments := new.instalments;
  expected.time_zone := new.time_zone;
  expected.update_time := new.update_time;
  expected.pay_time := new.pay_time;
  expected.void_time := new.void_time;
  expected.revised_by_invoice_id := new.revised_by_invoice_id;
  -- Postgres generates these afterwards, out of columns that are frozen or named here.
  expected.payable_minor := new.payable_minor;
  expected.next_due_date := new.next_due_date;
  -- What was opened without being sent can be sent once, to the address that the customer has by then.
  if old.send_time is null then
    expected.send_time := new.send_time;
    if new.customer #- '{email}' = old.customer #- '{email}' then
      expected.customer := new.customer;
    end if;
  end if;
  if new.state = 'DRAFT' or expected is distinct from given then
    raise exception 'invoice % was opened and its document is frozen', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
