-- Customers with umlauts in their words are kept under both spellings.

-- Waits for those who are writing: what is written from here on has its words of now, so that what follows finds all that has not.
-- A block that fails gives the lock back at once.
do $$
begin
  lock table customers in share mode;
  raise sqlstate 'P0WTD';
exception when sqlstate 'P0WTD' then
  null;
end
$$;

-- Nobody waits but who changes one of these customers, and what was changed meanwhile has its words already.
with found as materialized (
  select present.customer_id, present.terms as before, terms_of_customer(customers) as after
  from customers join customer_search as present on present.customer_id = customers.id
    cross join lateral concat(name, email, reference, tax_id, cc_emails) as text
  where octet_length(text) <> char_length(text)
)
update customer_search as present set terms = found.after from found
where present.customer_id = found.customer_id and present.terms = found.before and found.after <> found.before;
