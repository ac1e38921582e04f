-- Only words with other than ASCII letters can have changed. Nobody waits but who changes one of these customers, and what was
-- changed meanwhile has its words already.
with found as materialized (
  select present.customer_id, present.terms as before, terms_of_customer(customers) as after
  from customer_search as present join customers on customers.id = present.customer_id
  where octet_length(present.terms::text) <> char_length(present.terms::text)
)
update customer_search as present set terms = found.after from found
where present.customer_id = found.customer_id and present.terms = found.before and found.after <> found.before;
