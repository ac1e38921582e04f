-- The customers of an account may be too many for one statement, so they no longer go in that which deletes the account.
alter table customers drop constraint customers_owner_id_fkey;

-- As the foreign key did: a customer and the deletion of its owner at the same moment wait for each other.
create function require_customer_owner() returns trigger language plpgsql as $$
begin
  perform from users where id = new.owner_id for key share;
  if not found then
    raise foreign_key_violation using message = 'the owner of the customer does not exist';
  end if;
  return new;
end
$$;

create trigger customers_require_owner before insert on customers
  for each row execute function require_customer_owner();

-- A trigger, since a service of the version before deletes accounts as well.
create function start_erasure() returns trigger language plpgsql as $$
begin
  insert into erasures (owner_id) values (old.id) on conflict do nothing;
  return null;
end
$$;

create trigger users_start_erasure after delete on users for each row execute function start_erasure();

-- Looks the terms of a customer up one by one. As a join with them, the planner could as well read all terms of the owner for each
-- customer, which takes the longer the more there are.
create or replace function index_terms() returns trigger language plpgsql as $$
declare
  before constant text[] := case tg_op when 'INSERT' then '{}' else tsvector_to_array(old.terms) end;
  after constant text[] := case tg_op when 'DELETE' then '{}' else tsvector_to_array(new.terms) end;
  gone constant text[] := array(select unnest(before) except select unnest(after));
begin
  delete from customer_terms
  where owner_id = old.owner_id and term = any (gone) and create_time = old.create_time and customer_id = old.customer_id;
  insert into customer_terms (owner_id, term, create_time, customer_id)
  select new.owner_id, term, new.create_time, new.customer_id from unnest(after) as term where term <> all (before);
  return null;
end
$$;
