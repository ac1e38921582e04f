-- Facts and labels of the user's own: {"project": "a"} and ["urgent"].

alter table invoices
  add column metadata jsonb not null default '{}',
  add column tags jsonb not null default '[]';

-- Both may change in every state. They are added to the list of columns that may, whatever others have added to it.
do $$
declare
  present constant text := pg_get_functiondef('refuse_frozen_invoice()'::regprocedure);
  changed constant text := replace(present, 'array[''version'',', 'array[''metadata'', ''tags'', ''version'',');
begin
  if changed = present then
    raise exception 'refuse_frozen_invoice() has no list of columns that begins with version';
  end if;
  execute changed;
end
$$;
