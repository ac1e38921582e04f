-- The addresses that get copies are words of a customer as well. Waits for those who are writing: what is written from here on has
-- them, so that the next migration finds all that has not.
lock table customers in share mode;

create or replace function terms_of_customer(customer customers) returns tsvector language plpgsql immutable as $$
declare
  copies text;
begin
  if customer.cc_emails <> '[]' then
    copies := (select string_agg(address, ' ') from jsonb_array_elements_text(customer.cc_emails) as address);
  end if;
  return search_terms(concat_ws(' ', customer.name, customer.email, customer.reference, customer.tax_id, copies),
    customer.tags, customer.metadata);
end
$$;
