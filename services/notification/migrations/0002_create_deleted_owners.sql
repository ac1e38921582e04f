-- Accounts that were deleted. What mails hold of a person is erased with the account, and a mail that is asked for after
-- that, since events come in any order, is dropped.
create table deleted_owners (
  owner_id uuid primary key,
  delete_time timestamptz(3) not null
);

-- A deletion and a batch of mails that run at the same moment wait for each other, in the order of the accounts, so that
-- neither misses the rows of the other: each statement of a function sees what was committed before it got the lock.
create function erase_notifications() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(account.lock_key)
  from (select distinct hashtextextended(owner_id::text, 0) as lock_key from added order by 1) as account;

  delete from notifications where state = 'QUEUED' and owner_id in (select owner_id from added);
  update notifications
  set recipient = '', sender_name = '', reply_to = '', subject = '', text_body = '', html_body = '', error = ''
  where owner_id in (select owner_id from added);
  return null;
end
$$;

create trigger deleted_owners_erase after insert on deleted_owners referencing new table as added
  for each statement execute function erase_notifications();

create function drop_notifications_of_deleted_owners() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(account.lock_key)
  from (select distinct hashtextextended(owner_id::text, 0) as lock_key from added order by 1) as account;

  delete from notifications where id in (select added.id from added join deleted_owners using (owner_id));
  return null;
end
$$;

create trigger notifications_drop after insert on notifications referencing new table as added
  for each statement execute function drop_notifications_of_deleted_owners();
