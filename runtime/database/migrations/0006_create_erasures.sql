-- Accounts that were deleted, while what is held of them is erased in steps.
create table erasures (
  owner_id uuid primary key,
  create_time timestamptz(3) not null default now(),
  -- When to take the next step.
  next_time timestamptz(3) not null default now()
);

create index erasures_due on erasures (next_time);
