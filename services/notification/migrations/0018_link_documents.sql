-- Links by which customers see documents. A link follows from the ids of the document and its owner, this version and a key that is not in
-- the database; one that was never rotated or revoked is at version 0 and has no row.
create table document_links (
  owner_id uuid not null,
  document_id uuid not null,
  version bigint not null check (version > 0),
  -- Whether nothing leads to the document, until the next version.
  revoked boolean not null,
  update_time timestamptz(3) not null,
  primary key (owner_id, document_id)
);

-- Of which document a mail has the link, and where in its bodies the link is put when it is sent: none is in the database.
alter table notifications add column link jsonb;
