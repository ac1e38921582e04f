-- What was opened without being sent is mailed to the address that the customer has by then, and so are the copies of the mail.

-- What it does and why stands in 0026, 0027 and 0030; new is that `ccEmails` of the customer may change with `email`.
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
      if new.revises_invoice_id is not null and new.revises_invoice_number is null then
        new.revises_invoice_number := (select number from invoices where id = new.revises_invoice_id);
      end if;
      new.frozen_lines := to_json(array(
        select values_of_line(line) from invoice_lines as line where line.invoice_id = new.id order by line.position));
      new.issued := jsonb_build_object('memo', new.memo, 'customerEmail', new.customer ->> 'email');
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
  -- What was opened without being sent can be sent once, to the addresses that the customer has by then.
  if old.send_time is null then
    expected.send_time := new.send_time;
    if new.customer - '{email,ccEmails}'::text[] = old.customer - '{email,ccEmails}'::text[] then
      expected.customer := new.customer;
    end if;
  end if;
  if new.state = 'DRAFT' or expected is distinct from given then
    raise exception 'invoice % was opened and its document is frozen', old.id using errcode = 'restrict_violation';
  end if;
  if old.issued is null then
    new.issued := jsonb_build_object('memo', old.memo, 'customerEmail', old.customer ->> 'email');
  end if;
  return new;
end
$$;
