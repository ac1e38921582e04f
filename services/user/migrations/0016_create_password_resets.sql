-- Password resets by the email address that was given, the newest of each. The same is written whether or not there is an account with
-- it, so that how long it takes does not tell.
create table password_resets (
  -- SHA-256 of the normalized address. The token is good only while the account has this address.
  email_digest bytea primary key,
  id uuid not null,
  -- The account; null when there was none.
  user_id uuid references users (id) on delete cascade,
  -- That of the account's password, which the token is to replace: it is good for no other.
  password_version bigint,
  -- SHA-256 of the token, which is derived from a key and the id.
  token_digest bytea not null,
  -- How many were asked for, and when counting begins anew.
  requests integer not null,
  count_expire_time timestamptz(3) not null,
  -- When the token expires, which is never before counting begins anew.
  expire_time timestamptz(3) not null,
  constraint password_resets_id_key unique (id),
  constraint password_resets_token_digest_key unique (token_digest)
);

create index password_resets_by_user on password_resets (user_id);
create index password_resets_by_expiry on password_resets (expire_time);
