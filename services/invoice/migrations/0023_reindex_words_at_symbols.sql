-- Only words with other than ASCII letters can have changed. Nobody waits but who changes one of these invoices, and what was
-- changed meanwhile has its words already.
with found as materialized (
  select present.invoice_id, present.terms as before, terms_of_invoice(invoices) as after
  from invoice_search as present join invoices on invoices.id = present.invoice_id
  where octet_length(present.terms::text) <> char_length(present.terms::text)
)
update invoice_search as present set terms = found.after from found
where present.invoice_id = found.invoice_id and present.terms = found.before and found.after <> found.before;
