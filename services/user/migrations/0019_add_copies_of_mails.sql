-- Who gets a copy of every mail to a customer: an array of addresses.
alter table customers add column cc_emails jsonb not null default '[]';
