-- Mails that are due are found account by account, so that one with very many holds up no other.
drop index notifications_due;
create index notifications_due on notifications (owner_id, next_attempt_time, id) where state = 'QUEUED';
