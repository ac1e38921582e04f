alter table users
  -- What is known of the logo besides its bytes: numer.user.v1.Logo as proto3 JSON; empty when there is none.
  add column logo jsonb not null default '{}';

-- The files of logos, apart from the rows that most calls read. With an account goes its logo.
create table logos (
  owner_id uuid primary key references users on delete cascade,
  data bytea not null
);

-- They are compressed already.
alter table logos alter column data set storage external;
