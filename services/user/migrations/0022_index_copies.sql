-- Nobody waits but who changes one of these customers, and what was changed meanwhile has its words already.
with found as materialized (
  select present.customer_id, present.terms as before, terms_of_customer(customers) as after
  from customers join customer_search as present on present.customer_id = customers.id
  where customers.cc_emails <> '[]'
)
update customer_search as present set terms = found.after from found
where present.customer_id = found.customer_id and present.terms = found.before and found.after <> found.before;
