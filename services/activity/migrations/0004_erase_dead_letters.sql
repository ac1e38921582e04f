-- What every service holds besides its own tables is erased as in the others, from when the deletion of an account was recorded.
create function start_erasure() returns trigger language plpgsql as $$
begin
  insert into erasures (owner_id) values (new.owner_id) on conflict do nothing;
  return null;
end
$$;

create trigger activity_heads_start_erasure after update of deletion_sequence on activity_heads
  for each row execute function start_erasure();
