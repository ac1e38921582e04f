-- Mails to the holders of accounts from the system itself: about their password and their email address. A row is there until its mail
-- was sent or given up on; what it says is written when it is sent, so that no secret is kept.
create table account_mails (
  -- Id of the event that asked for the mail. Part of its Message-ID.
  id uuid primary key,
  owner_id uuid not null,
  kind text not null check (kind in ('PASSWORD_RESET', 'PASSWORD_CHANGED', 'EMAIL_CHANGED')),
  -- The reset whose token is mailed: the user service is asked for that and for the recipient.
  password_reset_id uuid,
  -- The address that the account had when it happened, and its language and time zone; empty for a reset.
  recipient text not null,
  locale text not null,
  time_zone text not null,
  request_id text not null,
  -- When it happened.
  create_time timestamptz(3) not null,
  attempts integer not null default 0,
  next_attempt_time timestamptz(3) not null,
  -- Who is sending it, and until when nobody else may. A lease that has expired was left by a process that ended.
  lease_token uuid,
  lease_expire_time timestamptz(3),
  constraint account_mails_of_resets_name_them check ((kind = 'PASSWORD_RESET') = (password_reset_id is not null)),
  constraint account_mails_lease_is_whole check ((lease_token is null) = (lease_expire_time is null))
);

create index account_mails_due on account_mails (next_attempt_time, id);
create index account_mails_by_owner on account_mails (owner_id);

-- What is asked for after its account was deleted, since events come in any order, is dropped as other mails are.
create function drop_account_mails_of_deleted_owners() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(account.lock_key)
  from (select distinct hashtextextended(owner_id::text, 0) as lock_key from added order by 1) as account;

  delete from account_mails where id in (select added.id from added join deleted_owners using (owner_id));
  return null;
end
$$;

create trigger account_mails_drop after insert on account_mails referencing new table as added
  for each statement execute function drop_account_mails_of_deleted_owners();
