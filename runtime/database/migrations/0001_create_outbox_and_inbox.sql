-- Applied to every service's database before the service's own migrations.

-- Events a service has decided to publish. A row is written by the statement of the change it tells of and deleted
-- once the event bus has taken the event, so the table holds only what is under way.
create table outbox (
  id uuid primary key,
  topic text not null,
  type text not null,
  source text not null,
  subject text not null,
  version bigint not null,
  owner_id uuid,
  actor text not null,
  request_id text not null,
  traceparent text,
  create_time timestamptz(3) not null,
  -- The message as proto3 JSON. Absent only for a resent event that could not be decoded.
  payload jsonb,
  -- The message as protobuf bytes, for a resent event: what arrived goes out again, byte for byte.
  body bytea,
  -- The one service to deliver to; null means every subscriber of the topic.
  target text,
  attempts integer not null default 0,
  -- When a relay may claim the row. A claim moves it to the end of its lease, a failure to the end of its back-off.
  available_time timestamptz not null default now(),
  lease_token uuid,
  last_error text,
  constraint outbox_has_content check (payload is not null or body is not null)
) with (
  -- Every row is dead soon after it was written: vacuum by count, and without pauses, so that claims stay flat.
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0,
  autovacuum_analyze_threshold = 5000
);

create index outbox_available on outbox (available_time, id);

-- Commits that notify run one after the other in the whole cluster, so a relay that has plenty to do and looks anyway
-- holds this lock, and nobody notifies it (runtime/events/relay-connection.ts).
create function notify_outbox() returns trigger language plpgsql as $$
begin
  if pg_try_advisory_lock_shared(hashtext('outbox busy')) then
    perform pg_advisory_unlock_shared(hashtext('outbox busy'));
    perform pg_notify('outbox', '');
  end if;
  return null;
end
$$;

create trigger outbox_inserted after insert on outbox for each statement execute function notify_outbox();

-- Ids of the events that took effect here, so that an event delivered twice takes effect once.
create table inbox (
  event_id uuid primary key,
  apply_time timestamptz not null default now()
);

create index inbox_apply_time on inbox (apply_time);

-- Events whose consumer failed, waiting for their next try.
create table inbox_retries (
  event_id uuid primary key,
  topic text not null,
  type text not null,
  source text not null,
  subject text not null,
  version bigint not null,
  owner_id uuid,
  actor text not null,
  request_id text not null,
  traceparent text,
  create_time timestamptz(3) not null,
  body bytea not null,
  attempts integer not null,
  available_time timestamptz not null,
  last_error text not null
);

create index inbox_retries_available on inbox_retries (available_time);

-- Events that were given up, kept until somebody sends them again or deletes them.
create table dead_letters (
  event_id uuid primary key,
  topic text not null,
  type text not null,
  source text not null,
  subject text not null,
  version bigint not null,
  owner_id uuid,
  actor text not null,
  request_id text not null,
  traceparent text,
  create_time timestamptz(3) not null,
  -- For people to read; absent when the bytes could not be decoded.
  payload jsonb,
  -- What arrived; absent for an event of this service's own that could not be encoded.
  body bytea,
  -- The service a resent event is delivered to; null means every subscriber of the topic.
  target text,
  reason text not null,
  attempts integer not null,
  dead_time timestamptz(3) not null default now(),
  constraint dead_letters_has_content check (payload is not null or body is not null)
);

create index dead_letters_dead_time on dead_letters (dead_time, event_id);
