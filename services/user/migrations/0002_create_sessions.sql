-- What belongs to a user ends with the user: each table refers to users with `on delete cascade`, so that one delete
-- takes everything, also what is being added at the same moment.

create table sessions (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  -- SHA-256 of the one refresh token that is valid.
  refresh_digest bytea not null,
  create_time timestamptz(3) not null,
  -- Moves with every refresh.
  expire_time timestamptz(3) not null,
  constraint sessions_refresh_digest_key unique (refresh_digest)
);

create index sessions_by_user on sessions (user_id);
create index sessions_by_expiry on sessions (expire_time);

-- Refresh tokens that were exchanged. Whoever presents one again holds a copy, so it ends the session.
create table used_refresh_tokens (
  digest bytea primary key,
  session_id uuid not null references sessions (id) on delete cascade,
  -- When the token would have expired at the latest; after that it is worth nothing to anybody.
  expire_time timestamptz(3) not null
);

create index used_refresh_tokens_by_session on used_refresh_tokens (session_id);
create index used_refresh_tokens_by_expiry on used_refresh_tokens (expire_time);

-- Failed sign-ins by email address, whether or not there is such an account.
create table sign_in_failures (
  -- SHA-256 of the normalized address: what is typed here may belong to somebody who has no account.
  email_digest bytea primary key,
  failures integer not null,
  -- When counting starts anew.
  expire_time timestamptz(3) not null
);

create index sign_in_failures_by_expiry on sign_in_failures (expire_time);
