-- The invoices of an account may be too many for one statement, so its deletion only starts their erasure.
create or replace function erase_account() returns trigger language plpgsql as $$
begin
  insert into erasures (owner_id) values (new.owner_id) on conflict do nothing;
  return null;
end
$$;
