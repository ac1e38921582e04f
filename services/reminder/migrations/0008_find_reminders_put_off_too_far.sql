-- A reminder that was put off while the clock was ahead would wait until that time: the search looks for such ones as well.
create index reminders_put_off on reminders (retry_time) where state = 'SCHEDULED' and retry_time is not null;
