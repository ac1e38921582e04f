-- Which keys the system works with on these data, so that another one does not come with others: the SHA-256 of each by the name of its
-- variable.
create table key_digests (
  name text primary key,
  digest text not null
);
