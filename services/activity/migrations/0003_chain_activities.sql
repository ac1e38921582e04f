-- Chains the activities there are, then every one that is added. Reading goes on meanwhile; whoever records waits, some
-- 30 s for a million activities, and events that wait for too long are tried again.
lock table activities in share row exclusive mode;

insert into activity_heads (owner_id) select distinct owner_id from activities;

do $$
declare
  account uuid;
begin
  for account in select owner_id from activity_heads loop
    perform link_activities(array(select id from activities where owner_id = account));
  end loop;
end
$$;

update activity_heads set deletion_sequence = sequence
where owner_id in (select owner_id from activities where type = 'user.deleted');

-- Events come in any order, so some come after the account was deleted: of those only what stays is recorded, without its
-- address. Two batches, or a batch and a deletion, wait for each other, in the order of the accounts, and each statement of
-- this function sees what was committed before the locks were given.
create function chain_activities() returns trigger language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  accounts uuid[] := array(select distinct owner_id from added order by 1);
  late uuid[];
begin
  insert into activity_heads (owner_id) select unnest(accounts) on conflict (owner_id) do nothing;
  perform from activity_heads where owner_id = any (accounts) order by owner_id for update;

  if exists (select from activity_heads where owner_id = any (accounts) and deletion_sequence is not null) then
    late := array(select id from added join activity_heads as head using (owner_id) where head.deletion_sequence is not null);
    delete from activity_addresses as address using activities as activity
    where activity.id = any (late)
      and address.create_time = activity.create_time and address.activity_id = activity.id;
    delete from activities where id = any (late) and not is_kept(owner_id, type, invoice_id);
  end if;
  perform link_activities(array(select id from added));

  accounts := array(select distinct owner_id from added where type = 'user.deleted' order by 1);
  update activity_heads set deletion_sequence = sequence
  where owner_id = any (accounts) and deletion_sequence is null;
  perform erase_activities(account) from unnest(accounts) as account;
  return null;
end
$$;

create trigger activities_chain after insert on activities referencing new table as added
  for each statement execute function chain_activities();

drop trigger activities_erase on activities;
drop function erase_activities();
drop index activities_of_deleted_accounts;

-- Append-only, for people with SQL access as well.
create or replace function refuse_change_of_activities() returns trigger language plpgsql as $$
begin
  raise exception 'activities are append-only: % of % is refused', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;

-- The one way to lose activities is that of a deleted account.
create function refuse_deletion_of_activities() returns trigger language plpgsql as $$
begin
  if exists (
    select from gone left join activity_heads as head using (owner_id)
    where head.deletion_sequence is null or gone.invoice_opened or is_kept(gone.owner_id, gone.type, gone.invoice_id)
  ) then
    raise exception 'activities are append-only: % of % is refused', tg_op, tg_table_name
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end
$$;

drop trigger activities_append_only on activities;

create trigger activities_append_only before update or truncate on activities
  for each statement execute function refuse_change_of_activities();

create trigger activities_erased_only after delete on activities referencing old table as gone
  for each statement execute function refuse_deletion_of_activities();

create trigger activity_chain_append_only before update or delete or truncate on activity_chain
  for each statement execute function refuse_change_of_activities();

create trigger activity_heads_stay before delete or truncate on activity_heads
  for each statement execute function refuse_change_of_activities();

create trigger activity_addresses_never_change before update or truncate on activity_addresses
  for each statement execute function refuse_change_of_activities();
