-- Invoices that another system issued, recorded under the number that they have. Numbers are unique per owner whoever gave them, and a
-- recorded one is never one that a series is yet to give: else the series would come upon it one day, and could not go on.

alter table invoices
  -- Whether another system issued it, and gave it its number.
  add column issued_elsewhere boolean not null default false,
  add constraint invoices_issued_elsewhere_is_opened check (not issued_elsewhere or state <> 'DRAFT') not valid;

-- What stands in a number where its pattern has `part`, one of {SEQ}, {YYYY}, {YY} and {MM}. Null when the pattern has no such part, or
-- the number another shape. Of what a pattern may have, only the point means something else in a regular expression.
create function part_of_number(pattern text, part text, number text) returns text language sql immutable as $$
  select substring(number from '^' || replace(replace(replace(replace(
    replace(shape, part, '(' || part || ')'),
    '{SEQ}', '[0-9]{1,12}'), '{YYYY}', '[0-9]{4}'), '{YY}', '[0-9]{2}'), '{MM}', '[0-9]{2}') || '$')
  from regexp_replace(replace(pattern, '.', '\.'), '\{SEQ(:[0-9]+)?\}', '{SEQ}') as shape
  where strpos(shape, part) > 0
$$;

-- Whether a series is yet to give a number, on the day `today` or later: null when it never will, else what its next sequence has to be
-- raised to so that it does not; 0 when no raising helps, since the number is of a later period, which starts again.
create function sequence_after(owner uuid, series text, pattern text, reset text, number text, today date) returns bigint
language plpgsql stable as $$
declare
  sequence constant bigint := part_of_number(pattern, '{SEQ}', number);
  this_year constant integer := extract(year from today);
  this_month constant integer := extract(month from today);
  year integer;
  month integer;
  day date;
begin
  if sequence is null then
    return null;
  end if;
  -- Two digits are those of a year of this century.
  year := coalesce(part_of_number(pattern, '{YYYY}', number),
    lpad((this_year / 100)::text, 2, '0') || part_of_number(pattern, '{YY}', number));
  month := part_of_number(pattern, '{MM}', number);
  if month not between 1 and 12 or year < this_year or (year = this_year and month < this_month) then
    return null;
  end if;
  day := make_date(coalesce(year, this_year), coalesce(month, case when year > this_year then 1 else this_month end), 1);
  if format_number(pattern, day, sequence) <> number or sequence <= coalesce((
    select last_sequence from number_counters
    where owner_id = owner and number_counters.series = counter_of_series(sequence_after.series, reset, day)
  ), 0) then
    return null;
  end if;
  return case when counter_of_series(series, reset, day) = counter_of_series(series, reset, today) then sequence + 1 else 0 end;
end
$$;

-- The series of the owner that is yet to give a number, as sequence_after has it; no row when there is none.
create function series_before(owner uuid, number text, today date, out series text, out next_sequence bigint) returns setof record
language sql stable as $$
  select given.name, after
  from (
    select name, pattern, reset from number_series where owner_id = owner and document_type = 'INVOICE'
    union all
    -- The series that every owner has, while its settings are not stored; a test compares this with domain/number-series.ts.
    select 'invoice', 'INV-{SEQ:5}', 'NEVER'
    where not exists (select from number_series where owner_id = owner and name = 'invoice')
  ) as given, sequence_after(owner, given.name, given.pattern, given.reset, number, today) as after
  where after is not null order by given.name limit 1
$$;

-- Numbers are recorded and series changed one after the other, for each owner, so that each sees what the others did. What is read after
-- this is as of after the wait, since a function that is volatile reads anew with each query.
create function lock_numbers(owner uuid) returns void language sql as $$
  select pg_advisory_xact_lock(hashtextextended('numbers of ' || owner, 0))
$$;

create function refuse_recorded_numbers() returns trigger language plpgsql as $$
declare
  recorded record;
begin
  if new.document_type <> 'INVOICE' then
    return null;
  end if;
  perform lock_numbers(new.owner_id);
  select invoice.number, after into recorded
  from invoices as invoice, sequence_after(new.owner_id, new.name, new.pattern, new.reset, invoice.number,
    local_day(new.update_time, invoice.time_zone)) as after
  where invoice.owner_id = new.owner_id and invoice.issued_elsewhere and after is not null
  order by after = 0 desc, after desc limit 1;
  if found then
    raise exception 'series % would come to the number of an invoice that was issued elsewhere', new.name
      using errcode = 'exclusion_violation', constraint = 'number_series_spares_recorded',
        detail = json_build_object('number', recorded.number, 'nextSequence', recorded.after::text);
  end if;
  return null;
end
$$;

-- Afterwards, when the sequence was raised as well.
create trigger number_series_spares_recorded after insert or update on number_series
  for each row execute function refuse_recorded_numbers();

-- What it does and why stands in 0026, 0027, 0030 and 0032; new is that it refuses to record a number that a series is yet to give.
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
