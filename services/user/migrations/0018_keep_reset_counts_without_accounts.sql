-- How many resets an address was asked for counts for the hour, also when its account is deleted meanwhile: or whoever signs up with the
-- address of another, time and again, could flood the mailbox. `user_id` is null as well, then, and of a reset that was asked for before
-- the account had another address; such a token is good for nothing.
alter table password_resets
  drop constraint password_resets_user_id_fkey,
  add constraint password_resets_user_id_fkey foreign key (user_id) references users (id) on delete set null;
