-- Mails to the holder of an account when a customer has answered a quote, or a mail to a customer could not be delivered.
-- Whether an account wants them.
alter table mail_settings add column account_notices boolean not null default true;

alter table account_mails
  -- What the mail is about; what it says of that is asked for when it is sent, as the recipient is, which is empty here.
  add column quote_id uuid,
  add column notification_id uuid,
  -- Of the last one for now, since there were too many: when the next one can be sent.
  add column resume_time timestamptz(3),
  drop constraint account_mails_kind_check,
  add constraint account_mails_kind_check check (kind in ('PASSWORD_RESET', 'PASSWORD_CHANGED', 'EMAIL_CHANGED',
    'QUOTE_ACCEPTED', 'QUOTE_DECLINED', 'MAIL_FAILED', 'MAIL_BOUNCED')),
  add constraint account_mails_of_answers_name_the_quote
    check ((kind in ('QUOTE_ACCEPTED', 'QUOTE_DECLINED')) = (quote_id is not null)),
  add constraint account_mails_of_mails_name_them
    check ((kind in ('MAIL_FAILED', 'MAIL_BOUNCED')) = (notification_id is not null));

-- Those about passwords and addresses come first, however many others wait.
create index account_mails_due_in_turn on account_mails ((quote_id is not null or notification_id is not null), next_attempt_time, id);

-- When each account was mailed of late about what happened, so that nobody's mailbox is flooded: one row, which is locked by whoever
-- adds a mail.
create table account_notice_times (
  owner_id uuid primary key,
  -- The latest times that count for the limit, in order.
  notice_times timestamptz(3)[] not null,
  -- How many the latest statement could add to those before it.
  room integer not null,
  -- When that was. A row that is older than the time for which the limit holds is of no use.
  update_time timestamptz(3) not null
);

create index account_notice_times_by_update_time on account_notice_times (update_time);
