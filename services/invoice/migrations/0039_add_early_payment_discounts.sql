-- Discounts for customers who pay early.

alter table invoices
  -- Its percentage, and how many days after the issue date its last day is; both null when there is none.
  add column early_discount_percent numeric,
  add column early_discount_days integer,
  -- What was granted of it: a part of written_off_minor.
  add column early_discount_minor bigint not null default 0,
  add constraint invoices_early_discount_is_whole check (
    (early_discount_percent is null) = (early_discount_days is null)
    and early_discount_percent > 0 and early_discount_percent < 100 and early_discount_days between 1 and 365
  ) not valid,
  -- It is granted at most once, and settles the invoice: whatever makes something due again takes it back.
  add constraint invoices_early_discount_settles check (
    early_discount_minor = 0 or (early_discount_minor between 0 and written_off_minor and state = 'PAID' and early_discount_days is not null)
  ) not valid;

-- What it does and why stands in 0026, 0027, 0030, 0032 and 0033; new is that the discount is granted and taken back.
create or replace function refuse_frozen_invoice() returns trigger language plpgsql as $$
declare
  expected invoices := old;
  -- A row that is compared gets its long values written out, and with those the row would be stored: hence a copy.
  given invoices := new;
  ahead record;
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
      if new.issued_elsewhere then
        perform lock_numbers(new.owner_id);
        select * into ahead from series_before(new.owner_id, new.number, local_day(new.open_time, new.time_zone));
        if found then
          raise exception 'series % is yet to give the number of invoice %', ahead.series, new.id
            using errcode = 'exclusion_violation', constraint = 'invoices_number_is_not_reserved',
              detail = json_build_object('numberSeries', ahead.series, 'nextSequence', ahead.next_sequence::text);
        end if;
      end if;
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
  expected.early_discount_minor := new.early_discount_minor;
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
