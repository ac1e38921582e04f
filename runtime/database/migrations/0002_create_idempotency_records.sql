-- What was answered to a request with an idempotency key, stored in the statement of the request's effect.
create table idempotency_records (
  owner_id uuid not null,
  key text not null check (length(key) <= 255),
  fingerprint text not null,
  response jsonb not null,
  create_time timestamptz(3) not null,
  constraint idempotency_records_pkey primary key (owner_id, key)
);

create index idempotency_records_by_age on idempotency_records (create_time);
