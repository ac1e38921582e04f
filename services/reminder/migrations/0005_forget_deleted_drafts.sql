-- When a deleted draft was first seen as such: what comes late of it would bring it back, and is known for what it is once the row is
-- gone. Null until then, and on all others.
alter table invoices add column delete_time timestamptz(3);

create index invoices_deleted on invoices (delete_time) where state = 'DELETED';
