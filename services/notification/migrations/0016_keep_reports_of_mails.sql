-- What mail servers report of mails after they were sent: that they are delayed, were delivered, or bounced.
alter table notifications
  drop constraint notifications_state_check,
  drop constraint notifications_sent_have_a_time,
  add column deliver_time timestamptz(3),
  add column delay_time timestamptz(3),
  add column bounce_time timestamptz(3),
  -- Enhanced status code of what bounced or delays the mail, whose words are the error; empty when there is none.
  add column status_code text not null default '',
  -- How many reports have changed the row.
  add column reports integer not null default 0,
  -- There is no row that could break these, and to look at all of them would take long.
  add constraint notifications_state_check check (state in ('QUEUED', 'SENT', 'FAILED', 'BOUNCED')) not valid,
  add constraint notifications_sent_have_a_time check ((state in ('SENT', 'BOUNCED')) = (send_time is not null)) not valid,
  add constraint notifications_bounced_have_a_time check ((state = 'BOUNCED') = (bounce_time is not null)) not valid,
  add constraint notifications_reported_were_sent check (send_time is not null or deliver_time is null and delay_time is null) not valid;
