-- What holds for all mails of an account; the default settings have no row.
create table mail_settings (
  owner_id uuid primary key,
  version bigint not null check (version > 0),
  -- Whether mails have the document they are about with them, as PDF.
  attach_pdf boolean not null,
  update_time timestamptz(3) not null
);

-- The document that goes with a mail, as it is printed. It is kept until the mail has gone out or is given up on.
alter table notifications add column printed jsonb;
