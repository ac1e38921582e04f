-- When an account reminds of every invoice that is open; the default plan has no row.
create table reminder_settings (
  owner_id uuid primary key,
  version bigint not null check (version > 0),
  -- The steps in whole days from the due date, soonest first.
  offsets_days jsonb not null,
  -- The local time of day of what follows a due date, `HH:MM`.
  time_of_day text not null,
  update_time timestamptz(3) not null,
  -- The request that changed them last.
  request_id text not null,
  -- How far the reminders have followed that change: the last invoice that was brought in line; null when all were.
  followed_until uuid,
  -- When they are to go on following it.
  follow_time timestamptz not null
);

create index reminder_settings_to_follow on reminder_settings (follow_time) where followed_until is not null;

create index invoices_still_reminded_of on invoices (owner_id, invoice_id) where state in ('DRAFT', 'OPEN');

-- From the moment in which a step is taken out of the plan it is not sent, whoever is about to send it: a job that has read the plan
-- before, or a service of the version before, which knows the default plan only.
create function keep_to_plan() returns trigger language plpgsql as $$
begin
  if exists (
    select from reminder_settings where owner_id = new.owner_id and not offsets_days @> to_jsonb(new.offset_days)
  ) then
    return null;
  end if;
  return new;
end
$$;

create trigger reminders_keep_to_plan before update on reminders
  for each row when (old.state <> 'SENT' and new.state = 'SENT' and new.planned) execute function keep_to_plan();
