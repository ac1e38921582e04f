-- What an invoice says beside its amounts: when it was supplied, by which order, and which invoice it replaces. All of it is frozen
-- when the invoice is opened, as every column is that refuse_frozen_invoice() does not name.

alter table invoices
  add column delivery_date date,
  -- The period that is invoiced; either end may be open.
  add column period_start_date date,
  add column period_end_date date,
  add column buyer_reference text not null default '',
  add column purchase_order_reference text not null default '',
  -- Number of the invoice that this one replaces.
  add column revises_invoice_number text,
  -- There is no row yet that could break it, and to look at all of them would take long.
  add constraint invoices_period_is_in_order check (period_end_date >= period_start_date) not valid;

-- A replica of the version before does not know the number, neither when it makes the draft of a revision nor when it opens it.
do $$
declare
  place constant text := 'new.open_time := coalesce(new.open_time, new.update_time);';
  present constant text := pg_get_functiondef('refuse_frozen_invoice()'::regprocedure);
  changed constant text := replace(present, place, place || '
      if new.revises_invoice_id is not null and new.revises_invoice_number is null then
        new.revises_invoice_number := (select number from invoices where id = new.revises_invoice_id);
      end if;');
begin
  if changed = present then
    raise exception 'refuse_frozen_invoice() has no place at which an invoice is opened';
  end if;
  execute changed;
end
$$;

-- Invoices are found by both references as well. None has any yet, so the words of none change.
create or replace function terms_of_invoice(invoice invoices) returns tsvector language plpgsql stable as $$
declare
  descriptions text;
begin
  -- Lines in their order, so that of an invoice with more words than are kept the first ones are.
  select string_agg(line.description, ' ' order by line.position) into descriptions
  from invoice_lines as line where line.invoice_id = invoice.id;
  return search_terms(
    concat_ws(' ', invoice.number, coalesce(invoice.customer ->> 'name', invoice.customer_name), invoice.buyer_reference,
      invoice.purchase_order_reference, invoice.memo, descriptions),
    invoice.tags, invoice.metadata);
end
$$;
