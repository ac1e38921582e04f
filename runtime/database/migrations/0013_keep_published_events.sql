-- Events that a broker has taken, kept for as long as they may have to be published again because it lost them.
create table published_events (
  id uuid not null,
  topic text not null,
  type text not null,
  source text not null,
  subject text not null,
  version bigint not null,
  owner_id uuid,
  actor text not null,
  request_id text not null,
  caller_address text,
  traceparent text,
  create_time timestamptz(3) not null,
  -- As in the outbox.
  payload jsonb,
  body bytea,
  target text,
  publish_time timestamptz not null default now(),
  -- An event that was published again for one service, as a dead letter is, is here once more.
  primary key (publish_time, id)
);

-- To erase what belongs to an account.
create index published_events_by_owner on published_events (owner_id);
