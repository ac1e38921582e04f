-- The invoices of an account may be too many for one statement, so its deletion only starts their erasure. A trigger, since a service
-- of the version before remembers accounts as well, and then may fail to erase them.
create function start_erasure() returns trigger language plpgsql as $$
begin
  insert into erasures (owner_id) values (new.owner_id) on conflict do nothing;
  return null;
end
$$;

create trigger accounts_start_erasure after insert or update of deleted on accounts
  for each row when (new.deleted) execute function start_erasure();

-- Of some of those that were deleted before, the erasure has failed.
insert into erasures (owner_id) select owner_id from accounts where deleted;
