-- Webhooks: events of an account that are posted to endpoints of its owner's, and the log of it.
create table webhook_endpoints (
  id uuid primary key,
  owner_id uuid not null,
  -- Which of an owner's it is: what bounds how many there are. Null once it is deleted.
  slot smallint check (slot between 1 and 20),
  url text not null,
  description text not null,
  -- The types of events that it gets; empty for all.
  event_types text[] not null,
  -- Null while it is enabled.
  disable_reason text check (disable_reason in ('REQUESTED', 'GONE', 'FAILING')),
  -- When the first of the attempts failed that have all failed since; null when the last one did not.
  first_failure_time timestamptz(3),
  -- The secret is derived from it (webhook/webhook-secrets.ts), and stored nowhere.
  secret_version integer not null default 1,
  -- Until when the secret of the version before signs as well.
  previous_secret_expire_time timestamptz(3),
  version bigint not null,
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null,
  -- A deleted endpoint stays until its deliveries are gone, of which there may be too many for one statement.
  delete_time timestamptz(3),
  constraint webhook_endpoints_slots unique (owner_id, slot),
  constraint webhook_endpoints_have_a_slot_until_deleted check ((slot is null) = (delete_time is not null))
);

create index webhook_endpoints_deleted on webhook_endpoints (delete_time) where delete_time is not null;

create table webhook_deliveries (
  endpoint_id uuid not null references webhook_endpoints,
  -- Id of the event, so that an event is queued once for an endpoint, and those of an endpoint are in the order of their events.
  id uuid not null,
  event_type text not null,
  payload text not null,
  state text not null default 'QUEUED' check (state in ('QUEUED', 'DELIVERED', 'FAILED')),
  attempt_count integer not null default 0,
  -- How many of the attempts count for the pause before the next: those since it was queued, or sent again.
  tries integer not null default 0,
  -- The last attempts, oldest first.
  attempts jsonb not null default '[]',
  create_time timestamptz(3) not null,
  next_attempt_time timestamptz(3),
  deliver_time timestamptz(3),
  -- Who is sending it, and until when nobody else may. A lease that has expired was left by a process that ended.
  lease_token uuid,
  lease_expire_time timestamptz(3),
  primary key (endpoint_id, id),
  constraint webhook_deliveries_queued_have_a_next_attempt check ((state = 'QUEUED') = (next_attempt_time is not null)),
  constraint webhook_deliveries_delivered_have_a_time check (state <> 'DELIVERED' or deliver_time is not null),
  constraint webhook_deliveries_lease_is_whole check ((lease_token is null) = (lease_expire_time is null)),
  constraint webhook_deliveries_leased_are_queued check (lease_token is null or state = 'QUEUED')
);

create index webhook_deliveries_due on webhook_deliveries (endpoint_id, next_attempt_time, id) where state = 'QUEUED';
create index webhook_deliveries_leased on webhook_deliveries (endpoint_id) where lease_token is not null;
create index webhook_deliveries_by_state on webhook_deliveries (endpoint_id, state, id);
create index webhook_deliveries_by_event_type on webhook_deliveries (endpoint_id, event_type, id);
create index webhook_deliveries_by_create_time on webhook_deliveries (create_time);
