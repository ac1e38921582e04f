-- The audit trail: one row for each event of the system that has to do with an account. It holds ids, states, dates and
-- amounts; values of personal data never get in, because no event carries them as changes.
create table activities (
  -- Id of the event.
  id uuid primary key,
  -- Topic of the event.
  type text not null,
  owner_id uuid not null,
  invoice_id uuid,
  -- Whether the invoice had been opened by then, as far as the event tells.
  invoice_opened boolean not null,
  subject_id uuid not null,
  actor_type text not null,
  actor_id text not null,
  request_id text not null,
  create_time timestamptz(3) not null,
  -- FieldChange messages as proto3 JSON.
  changes jsonb not null,
  constraint activities_actor_type check (actor_type in ('USER', 'API_KEY', 'SERVICE')),
  constraint activities_opened_is_of_invoice check (invoice_id is not null or not invoice_opened),
  constraint activities_changes_are_list check (jsonb_typeof(changes) = 'array')
);

create index activities_by_owner on activities (owner_id, create_time, id);

create index activities_by_invoice on activities (owner_id, invoice_id, create_time, id) where invoice_id is not null;

create index activities_of_deleted_accounts on activities (owner_id) where type = 'user.deleted';

-- Append-only, for people with SQL access as well. The one way to lose rows is erase_activities below, which Postgres
-- runs within an insert, hence at a trigger depth of more than one.
create function refuse_change_of_activities() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and pg_trigger_depth() > 1 then
    return null;
  end if;
  raise exception 'activities are append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
end
$$;

create trigger activities_append_only before update or delete or truncate on activities
  for each statement execute function refuse_change_of_activities();

-- The deletion of an account erases its activities, but for two kinds: those of invoices that were opened, which the
-- owner has to keep on record and which name people by ids alone, and the deletion itself.
--
-- Events come in any order, so this runs after every batch and also takes what comes after the deletion. A batch and a
-- deletion that run at the same moment wait for each other, in the order of the accounts, so that neither misses the
-- rows of the other: each statement of this function sees what was committed before the lock was given.
create function erase_activities() returns trigger language plpgsql as $$
declare
  deleted_owners uuid[];
begin
  perform case
    when account.deleted then pg_advisory_xact_lock(account.lock_key)
    else pg_advisory_xact_lock_shared(account.lock_key)
  end
  from (
    select hashtextextended(owner_id::text, 0) as lock_key, bool_or(type = 'user.deleted') as deleted
    from added group by 1 order by 1
  ) as account;

  select array_agg(distinct owner_id) into deleted_owners
  from activities where type = 'user.deleted' and owner_id in (select owner_id from added);

  if deleted_owners is not null then
    delete from activities
    where owner_id = any (deleted_owners)
      and type <> 'user.deleted'
      and (invoice_id is null or not exists (
        select 1 from activities as trail
        where trail.owner_id = activities.owner_id and trail.invoice_id = activities.invoice_id and trail.invoice_opened
      ));
  end if;
  return null;
end
$$;

create trigger activities_erase after insert on activities referencing new table as added
  for each statement execute function erase_activities();
