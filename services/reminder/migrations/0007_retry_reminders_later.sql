-- When to look again at a due reminder whose invoice could not be read or made sense of; before that it holds up no other. Null while
-- nothing failed. What it says of the time before the reminder was moved does no harm: the later of both counts.
alter table reminders add column retry_time timestamptz(3);

drop index reminders_due;
create index reminders_due on reminders (greatest(remind_time, retry_time)) where state = 'SCHEDULED';
