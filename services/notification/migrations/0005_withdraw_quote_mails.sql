-- Mails that bring quotes are not sent any more once the quote has been answered or has expired.
-- When what the mail offers ends; null for never.
alter table notifications add column expire_time timestamptz(3);
