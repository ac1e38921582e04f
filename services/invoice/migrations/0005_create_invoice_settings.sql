-- What holds for the invoices of an account that do not say otherwise; the default settings have no row.
create table invoice_settings (
  owner_id uuid primary key,
  version bigint not null check (version > 0),
  rounding_policy text not null check (rounding_policy in ('DOCUMENT', 'LINE')),
  update_time timestamptz(3) not null
);
