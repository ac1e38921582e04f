-- What electronic invoices say of a party besides what is printed: each proto3 JSON of numer.user.v1, empty when there is none.
alter table users
  add column electronic_address jsonb not null default '{}',
  add column contact jsonb not null default '{}',
  add column legal_registration jsonb not null default '{}',
  add column tax_registration text not null default '';

alter table customers
  add column electronic_address jsonb not null default '{}',
  add column legal_registration jsonb not null default '{}';
