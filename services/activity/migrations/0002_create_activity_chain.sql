-- Each account's activities as a hash chain, in the order in which they were recorded. docs/audit.md says how the hashes
-- are computed, and what the chain proves. Nothing is chained yet: that is for the next migration.

-- Keeps the hash of an erased activity from telling what it was, as it is erased with it. Activities from before have none.
alter table activities add column salt uuid;

alter table activities alter column salt set default gen_random_uuid();

-- SHA-256 of salt and address of the caller, which are erased before it. Absent when there was no address.
alter table activities add column address_hash bytea;

-- Where each account's chain ends. Whoever adds to the chain holds this row's lock until the commit.
create table activity_heads (
  owner_id uuid primary key,
  sequence bigint not null default 0,
  hash bytea not null default decode(repeat('00', 32), 'hex'),
  -- The entry that tells of the account's deletion.
  deletion_sequence bigint,
  -- Up to where the entries of a deleted account have been looked through for what is to be erased.
  erased_sequence bigint not null default 0
) with (fillfactor = 70);

create index activity_heads_to_erase on activity_heads (owner_id) where erased_sequence < deletion_sequence;

-- The entries, numbered without gaps from 1. Never changed or deleted: an entry outlives an activity that is erased.
create table activity_chain (
  owner_id uuid not null,
  sequence bigint not null,
  -- Version of the encoding that is hashed.
  version smallint not null default 1,
  -- Absent for an entry that tells of an erasure.
  activity_id uuid,
  -- For an erasure: the last of the entries that were looked through, and SHA-256 of the numbers of those erased.
  erased_to bigint,
  erased_hash bytea,
  hash bytea not null,
  primary key (owner_id, sequence),
  constraint activity_chain_starts_at_one check (sequence > 0),
  constraint activity_chain_has_one_subject check (
    case when activity_id is null then num_nonnulls(erased_to, erased_hash) = 2
    else num_nonnulls(erased_to, erased_hash) = 0 end
  )
);

-- IP addresses, apart from the activities since they are erased before them: with the account, or after a time.
create table activity_addresses (
  create_time timestamptz(3) not null,
  activity_id uuid not null,
  address text not null,
  salt uuid not null,
  primary key (create_time, activity_id)
);

create function next_chain_hash(hash bytea, entry text, first_hash bytea) returns bytea language plpgsql immutable as $$
begin
  return sha256(coalesce(hash, first_hash) || convert_to(entry, 'UTF8'));
end
$$;

-- As a window function: the hash of each entry after `first_hash`, from the hash of the one before and its own text.
create aggregate chain_hash(entry text, first_hash bytea) (sfunc = next_chain_hash, stype = bytea);

-- Adds activities to the chains of their accounts, whose heads the caller has locked; a deletion of an account comes after
-- whatever is added with it. What is hashed is JSON with its keys in alphabetical order, to which jsonb keeps as well for
-- the three keys of a change.
--
-- A plan is kept for as long as a connection, so one made while the tables are small must be good for large ones.
create function link_activities(ids uuid[]) returns void language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  with entry as (
    select activity.*, head.hash as head_hash,
      head.sequence + row_number() over (
        partition by activity.owner_id order by activity.type = 'user.deleted', activity.create_time, activity.id
      ) as sequence
    from activities as activity join activity_heads as head using (owner_id)
    where activity.id = any (ids)
  ), linked as (
    insert into activity_chain (owner_id, sequence, activity_id, hash)
    select owner_id, sequence, id,
      chain_hash(
        format(
          '{"actorId": %s, "actorType": "%s"%s, "changes": %s, "createTime": "%s", "id": "%s"%s, "invoiceOpened": %s, '
            '"ownerId": "%s", "requestId": %s%s, "sequence": "%s", "subjectId": "%s", "type": %s, "version": "1"}',
          to_json(actor_id), actor_type, ', "addressHash": "' || encode(address_hash, 'hex') || '"', changes,
          to_char(create_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), id,
          ', "invoiceId": "' || invoice_id || '"', invoice_opened::text, owner_id, to_json(request_id),
          ', "salt": "' || salt || '"', sequence, subject_id, to_json(type)
        ),
        head_hash
      ) over (partition by owner_id order by sequence)
    from entry
    returning owner_id, sequence, hash
  ), last as (
    select distinct on (owner_id) * from linked order by owner_id, sequence desc
  )
  update activity_heads as head set sequence = last.sequence, hash = last.hash
  from last where head.owner_id = last.owner_id;
end
$$;

-- Whether an activity of a deleted account stays: those of invoices that were opened, which the owner has to keep on record
-- and which name people by ids alone, and the deletion itself.
create function is_kept(account uuid, kind text, invoice uuid) returns boolean language sql stable as $$
  select kind = 'user.deleted' or exists (
    select from activities where owner_id = account and invoice_id = invoice and invoice_opened
  )
$$;

-- Looks through the next 10,000 entries of a deleted account, erases what does not stay and every address, and says so in
-- the chain. True when more entries are left to look through.
create function erase_activities(account uuid) returns boolean language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  head activity_heads;
  last_sequence bigint;
  erased text;
  erased_hash bytea;
begin
  select * into head from activity_heads
  where owner_id = account and erased_sequence < deletion_sequence for update;
  if not found then
    return false;
  end if;
  last_sequence := least(head.erased_sequence + 10000, head.deletion_sequence);

  delete from activity_addresses as address using activity_chain as link, activities as activity
  where link.owner_id = account and link.sequence > head.erased_sequence and link.sequence <= last_sequence
    and activity.id = link.activity_id
    and address.create_time = activity.create_time and address.activity_id = activity.id;

  with gone as (
    delete from activities as activity using activity_chain as link
    where link.owner_id = account and link.sequence > head.erased_sequence and link.sequence <= last_sequence
      and activity.id = link.activity_id and not is_kept(account, activity.type, activity.invoice_id)
    returning link.sequence
  )
  select string_agg(sequence::text, ',' order by sequence) into erased from gone;

  if erased is not null then
    head.sequence := head.sequence + 1;
    erased_hash := sha256(convert_to(erased, 'UTF8'));
    head.hash := next_chain_hash(
      head.hash,
      format(
        '{"erasedHash": "%s", "erasedTo": "%s", "ownerId": "%s", "sequence": "%s", "version": "1"}',
        encode(erased_hash, 'hex'), last_sequence, account, head.sequence
      ),
      null
    );
    insert into activity_chain (owner_id, sequence, erased_to, erased_hash, hash)
    values (account, head.sequence, last_sequence, erased_hash, head.hash);
  end if;
  update activity_heads set sequence = head.sequence, hash = head.hash, erased_sequence = last_sequence
  where owner_id = account;
  return last_sequence < head.deletion_sequence;
end
$$;
