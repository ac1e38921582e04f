-- The words of a customer are the same as before; only finding and keeping them takes less work.

create or replace function terms_of_customer(customer customers) returns tsvector language plpgsql immutable as $$
begin
  return search_terms(concat_ws(' ', customer.name, customer.email, customer.reference, customer.tax_id),
    customer.tags, customer.metadata);
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
    delete from customer_terms
    where owner_id = old.owner_id and term = any (gone) and create_time = old.create_time and customer_id = old.customer_id;
  end if;
  if added <> '{}' then
    insert into customer_terms (owner_id, term, create_time, customer_id)
    select new.owner_id, term, new.create_time, new.customer_id from unnest(added) as term;
  end if;
  return null;
end
$$;
