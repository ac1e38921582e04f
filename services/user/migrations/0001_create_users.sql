create table users (
  id uuid primary key,
  -- As the user writes it.
  email text not null,
  -- In lower case: what makes an address the same, and what signs in.
  email_normalized text not null,
  -- Argon2id in PHC format, which holds its own parameters and salt.
  password_hash text not null,
  name text not null,
  company_name text not null,
  -- numer.user.v1.Address as proto3 JSON; empty when there is none.
  address jsonb not null,
  tax_id text not null,
  locale text not null,
  time_zone text not null,
  default_currency_code text not null,
  -- How many rows api_keys has for the user, counted in the statements that add and delete them: the lock on this row
  -- keeps two keys that are made at the same moment from passing the limit together.
  api_keys_count integer not null default 0 check (api_keys_count >= 0),
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null,
  version bigint not null,
  constraint users_email_key unique (email_normalized)
);
