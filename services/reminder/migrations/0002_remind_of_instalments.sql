-- An invoice may be due in parts: each day on which one is has reminders of its own. A replica of the version before knows
-- the first of the days, and takes its plan for made when `planned` says so.
alter table invoices add column due_dates jsonb;
update invoices set due_dates = jsonb_build_array(due_date);
alter table invoices alter column due_dates set not null;

create function match_due_dates() returns trigger language plpgsql as $$
begin
  if (tg_op = 'INSERT' and new.due_dates is null)
    or (tg_op = 'UPDATE' and new.due_dates = old.due_dates and new.due_date <> old.due_date)
  then
    new.due_dates := jsonb_build_array(new.due_date);
  else
    new.due_date := (new.due_dates ->> 0)::date;
  end if;
  return new;
end
$$;

create trigger invoices_match_due_dates before insert or update on invoices
  for each row execute function match_due_dates();

-- The right to send: a step has one row for each due date of its invoice, so the name of a step that follows one contains it.
create function name_step() returns trigger language plpgsql as $$
begin
  if new.offset_days is not null then
    new.step := new.offset_days || ' ' || to_char(new.due_date, 'YYYY-MM-DD');
  end if;
  return new;
end
$$;

create trigger reminders_name_step before insert or update on reminders
  for each row execute function name_step();

update reminders set step = step where offset_days is not null;
