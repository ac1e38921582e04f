-- The lock waits for those who are writing: what is written from here on has the words of now, so that the next migration finds all
-- that has not.
lock table invoices in share mode;

-- Lines in their order, so that of an invoice with more words than are kept the first ones are.
create or replace function terms_of_invoice(invoice invoices) returns tsvector language sql stable as $$
  select array_to_tsvector(
    search_words(concat_ws(' ', invoice.number, coalesce(invoice.customer ->> 'name', invoice.customer_name), invoice.memo,
      (select string_agg(line.description, ' ' order by line.position) from invoice_lines as line where line.invoice_id = invoice.id)))
    || label_terms(invoice.tags, invoice.metadata)
  )
$$;
