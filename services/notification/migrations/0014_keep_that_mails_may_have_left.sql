-- Whether the mail was handed to the mail server in an attempt of which nobody knows what came: it may have arrived, even if it failed
-- after that. What takes it back is owed then.
alter table notifications add column may_have_left boolean not null default false;
