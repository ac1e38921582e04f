-- The mails of an account may be too many for one statement, so its deletion only starts their erasure. As before it waits for mails
-- that are being queued at the same moment: the erasure finds them, and those that come later are dropped.
create or replace function erase_notifications() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(account.lock_key)
  from (select distinct hashtextextended(owner_id::text, 0) as lock_key from added order by 1) as account;

  insert into erasures (owner_id) select owner_id from added order by 1 on conflict do nothing;
  return null;
end
$$;
