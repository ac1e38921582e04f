-- An invoice is changed several times after it was added. With room left on its page a change needs no new entries in the indexes.
alter table invoices set (fillfactor = 80);
