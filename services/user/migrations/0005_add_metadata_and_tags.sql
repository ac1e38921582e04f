-- Facts and labels of the user's own: {"region": "north"} and ["vip"].
alter table customers
  add column metadata jsonb not null default '{}',
  add column tags jsonb not null default '[]';
