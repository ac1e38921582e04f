-- Finding customers by their words and labels, and by the id they have elsewhere.

alter table customers add column reference text not null default '';

create unique index customers_by_reference on customers (owner_id, reference) where reference <> '';

-- All terms of a customer: what filters look at once a customer was found in another way.
create table customer_search (
  customer_id uuid primary key references customers on delete cascade,
  owner_id uuid not null,
  create_time timestamptz(3) not null,
  terms tsvector not null
);

-- The customers of each term, in the order in which they were made.
create table customer_terms (
  owner_id uuid not null,
  term text collate "C" not null,
  create_time timestamptz(3) not null,
  customer_id uuid not null,
  primary key (owner_id, term, create_time, customer_id)
);

create function terms_of_customer(customer customers) returns tsvector language sql immutable as $$
  select array_to_tsvector(
    search_words(concat_ws(' ', customer.name, customer.email, customer.reference, customer.tax_id))
    || label_terms(customer.tags, customer.metadata)
  )
$$;

create function index_customer() returns trigger language plpgsql as $$
begin
  insert into customer_search as present (customer_id, owner_id, create_time, terms)
  values (new.id, new.owner_id, new.create_time, terms_of_customer(new))
  on conflict (customer_id) do update set terms = excluded.terms where present.terms <> excluded.terms;
  return null;
end
$$;

create function index_terms() returns trigger language plpgsql as $$
declare
  before constant text[] := case tg_op when 'INSERT' then '{}' else tsvector_to_array(old.terms) end;
  after constant text[] := case tg_op when 'DELETE' then '{}' else tsvector_to_array(new.terms) end;
begin
  delete from customer_terms as present using unnest(before) as gone (term)
  where present.owner_id = old.owner_id and present.term = gone.term and present.create_time = old.create_time
    and present.customer_id = old.customer_id and gone.term <> all (after);
  insert into customer_terms (owner_id, term, create_time, customer_id)
  select new.owner_id, term, new.create_time, new.customer_id from unnest(after) as term where term <> all (before);
  return null;
end
$$;

create trigger customer_search_indexed after insert or update or delete on customer_search
  for each row execute function index_terms();
create trigger customers_indexed after insert or update on customers
  for each row execute function index_customer();

insert into customer_search (customer_id, owner_id, create_time, terms)
select id, owner_id, create_time, terms_of_customer(customers) from customers;
