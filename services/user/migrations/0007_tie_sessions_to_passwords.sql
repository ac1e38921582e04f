-- A session holds only as long as the password that it was begun with, also when it begins while that is being changed.

-- Raised with every change of the password, and by nothing else.
alter table users add column password_version bigint not null default 0;

-- That of the password with which the session was begun, or which was changed in it. Null for sessions from before, and for those
-- that a replica of an older version begins: they last until a change of the password deletes them.
alter table sessions add column password_version bigint;
