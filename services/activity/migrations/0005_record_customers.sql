-- Customers, who answer quotes by their links, act as well.
alter table activities
  drop constraint activities_actor_type,
  -- There is no row that could break it, and to look at all of them would take long.
  add constraint activities_actor_type check (actor_type in ('USER', 'API_KEY', 'SERVICE', 'CUSTOMER')) not valid;
