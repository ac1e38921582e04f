-- A mail that takes back what an earlier one said holds personal data as that one does: what asks for it after its account was deleted
-- is dropped as well, since the erasure may be over by then.
create function drop_mail_retractions_of_deleted_owners() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(account.lock_key)
  from (select distinct hashtextextended(owner_id::text, 0) as lock_key from added order by 1) as account;

  delete from mail_retractions where id in (select added.id from added join deleted_owners using (owner_id));
  return null;
end
$$;

create trigger mail_retractions_drop after insert on mail_retractions referencing new table as added
  for each statement execute function drop_mail_retractions_of_deleted_owners();

delete from mail_retractions where owner_id in (select owner_id from deleted_owners);
