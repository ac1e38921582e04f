alter table users
  -- numer.user.v1.PaymentAccount as proto3 JSON; empty when there is none.
  add column payment_account jsonb not null default '{}';
