-- A reminder of an instalment is not sent any more once that is settled, though more of the invoice is due.
-- The due date that a reminder is of; null for other mails, and for reminders at a fixed time.
alter table notifications add column due_date date;
