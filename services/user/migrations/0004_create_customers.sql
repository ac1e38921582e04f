create table customers (
  id uuid primary key,
  owner_id uuid not null references users (id) on delete cascade,
  name text not null,
  email text not null,
  phone text not null,
  -- numer.user.v1.Address as proto3 JSON; empty when there is none.
  address jsonb not null,
  tax_id text not null,
  -- Empty: the user's own.
  locale text not null,
  notes text not null,
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null,
  version bigint not null
);

create index customers_by_owner on customers (owner_id, create_time, id);
