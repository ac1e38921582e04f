-- The same rows as before come of each write; only what is done for them takes less work. Functions in SQL that are more than an
-- expression are parsed or set up anew by each statement, and those in PL/pgSQL once a connection.

create or replace function next_due_date_of(due_date date, instalments jsonb, settled_minor bigint) returns date
language plpgsql immutable as $$
begin
  if instalments = '[]' then
    return due_date;
  end if;
  return (
    select coalesce(min(plan.due) filter (where plan.until > settled_minor), due_date)
    from (
      select (item ->> 'dueDate')::date as due, sum((item ->> 'amountMinor')::bigint) over (order by place) as until
      from jsonb_array_elements(instalments) with ordinality as given (item, place)
    ) as plan
  );
end
$$;

create or replace function terms_of_invoice(invoice invoices) returns tsvector language plpgsql stable as $$
declare
  descriptions text;
begin
  -- Lines in their order, so that of an invoice with more words than are kept the first ones are.
  select string_agg(line.description, ' ' order by line.position) into descriptions
  from invoice_lines as line where line.invoice_id = invoice.id;
  return search_terms(
    concat_ws(' ', invoice.number, coalesce(invoice.customer ->> 'name', invoice.customer_name), invoice.memo, descriptions),
    invoice.tags, invoice.metadata);
end
$$;

create or replace function index_terms() returns trigger language plpgsql as $$
declare
  before constant tsvector := case tg_op when 'INSERT' then '' else old.terms end;
  after constant tsvector := case tg_op when 'DELETE' then '' else new.terms end;
  gone constant text[] := tsvector_to_array(ts_delete(before, tsvector_to_array(after)));
  added constant text[] := tsvector_to_array(ts_delete(after, tsvector_to_array(before)));
begin
  if gone <> '{}' then
    delete from invoice_terms
    where owner_id = old.owner_id and term = any (gone) and create_time = old.create_time and invoice_id = old.invoice_id;
  end if;
  if added <> '{}' then
    insert into invoice_terms (owner_id, term, create_time, invoice_id)
    select new.owner_id, term, new.create_time, new.invoice_id from unnest(added) as term;
  end if;
  return null;
end
$$;

-- Whatever column there is, and will be, is frozen in an opened invoice unless it is named here. What is voided stays so: the
-- customer's account was told of it, and another invoice may have taken its place.
create or replace function refuse_frozen_invoice() returns trigger language plpgsql as $$
declare
  expected invoices := old;
begin
  if old.state = 'DRAFT' then
    if tg_op = 'DELETE' then
      return old;
    end if;
    -- A replica of the version before does not know the column.
    if new.state <> 'DRAFT' then
      new.open_time := coalesce(new.open_time, new.update_time);
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
  if new.state = 'DRAFT' or expected is distinct from new then
    raise exception 'invoice % was opened and its document is frozen', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

drop function unfrozen_invoice_columns();
drop trigger invoices_stay_void on invoices;
drop function refuse_unvoided_invoice();

-- Each condition of a trigger is read anew by each statement, too.
create function enter_invoice() returns trigger language plpgsql as $$
begin
  if new.state <> 'DRAFT' and (tg_op = 'INSERT' or old.state = 'DRAFT') then
    insert into ledger_entries (owner_id, customer_id, currency_code, entry_date, type, due_minor, credit_minor, invoice_id,
      create_time)
    values (new.owner_id, new.customer_id, new.currency_code, new.issue_date, 'INVOICE', new.payable_minor, 0, new.id,
      new.open_time);
  end if;
  if new.state = 'VOID' and (tg_op = 'INSERT' or old.state <> 'VOID') then
    insert into ledger_entries (owner_id, customer_id, currency_code, entry_date, type, due_minor, credit_minor, invoice_id,
      create_time)
    values (new.owner_id, new.customer_id, new.currency_code, local_day(new.void_time, new.time_zone), 'VOID',
      -new.payable_minor, 0, new.id, new.void_time);
  end if;
  return null;
end
$$;

drop trigger invoices_enter_opened on invoices;
drop trigger invoices_enter_imported on invoices;
drop trigger invoices_enter_voided on invoices;
drop trigger invoices_enter_imported_void on invoices;
drop function enter_opened_invoice();
drop function enter_voided_invoice();
create trigger invoices_enter after insert or update on invoices for each row execute function enter_invoice();
