-- Invoices with umlauts in their words are kept under both spellings.

-- Waits for those who are writing: what is written from here on has its words of now, so that what follows finds all that has not.
-- A block that fails gives the lock back at once.
do $$
begin
  lock table invoices in share mode;
  raise sqlstate 'P0WTD';
exception when sqlstate 'P0WTD' then
  null;
end
$$;

-- Nobody waits but who changes one of these invoices, and what was changed meanwhile has its words already. Drafts, which are changed
-- most, come last, so that they wait only for each other.
do $$
declare
  are_drafts boolean;
begin
  foreach are_drafts in array array[false, true] loop
    with found as materialized (
      select present.invoice_id, present.terms as before, terms_of_invoice(invoices) as after
      from invoices join invoice_search as present on present.invoice_id = invoices.id
        cross join lateral concat(invoices.number, coalesce(invoices.customer ->> 'name', invoices.customer_name),
          invoices.buyer_reference, invoices.purchase_order_reference, invoices.memo) as text
      where (invoices.state = 'DRAFT') = are_drafts and (octet_length(text) <> char_length(text) or exists (
        select from invoice_lines as line
        where line.invoice_id = invoices.id and octet_length(line.description) <> char_length(line.description)
      ))
    )
    update invoice_search as present set terms = found.after from found
    where present.invoice_id = found.invoice_id and present.terms = found.before and found.after <> found.before;
  end loop;
end
$$;
