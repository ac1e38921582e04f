create table api_keys (
  id uuid primary key,
  owner_id uuid not null references users (id) on delete cascade,
  name text not null,
  read_only boolean not null,
  -- First characters of the key, for people to tell keys apart.
  prefix text not null,
  -- SHA-256 of the key. It is random and long, so it needs no slow hash.
  digest bytea not null,
  create_time timestamptz(3) not null,
  constraint api_keys_digest_key unique (digest)
);

create index api_keys_by_owner on api_keys (owner_id, create_time, id);
