-- Copies of mails: each is a mail of its own, to one address, so that none waits for, fails or bounces with another.
alter table notifications
  -- As what the recipient gets the mail.
  add column role text not null default 'TO',
  -- The mail that it is a copy of, whose Message-ID it has; null of one to the recipient itself.
  add column copy_of uuid,
  -- Whom a copy says it is to; empty when that is the recipient.
  add column addressee text not null default '',
  -- Who stands in the mail as getting copies: an array of addresses.
  add column cc_emails jsonb not null default '[]',
  -- There is no row that could break these, and to look at all of them would take long.
  add constraint notifications_role_check check (role in ('TO', 'CC', 'BCC')) not valid,
  add constraint notifications_copies_are_of_a_mail check ((role = 'TO') = (copy_of is null)) not valid;

create index notifications_by_mail on notifications (copy_of) where copy_of is not null;

-- Who gets a blind copy of every mail to a customer; empty for nobody.
alter table mail_settings add column bcc_email text not null default '';
