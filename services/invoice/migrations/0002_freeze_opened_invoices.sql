-- An invoice that was opened is a document: whatever the code above does, nothing of what was sent can change here.
-- What may change afterwards is what happens to it: its state, what was paid, its times, the memo.

create function refuse_frozen_invoice() returns trigger language plpgsql as $$
begin
  if old.state = 'DRAFT' then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' then
    raise exception 'invoice % was opened and cannot be deleted', old.id using errcode = 'restrict_violation';
  end if;
  if new.state = 'DRAFT' or
    (new.id, new.owner_id, new.number, new.customer_id, new.currency_code, new.issue_date, new.due_date,
      new.discount_percent, new.subtotal_minor, new.discount_minor, new.tax_minor, new.total_minor, new.taxes,
      new.seller, new.customer, new.create_time, new.send_time)
    is distinct from
    (old.id, old.owner_id, old.number, old.customer_id, old.currency_code, old.issue_date, old.due_date,
      old.discount_percent, old.subtotal_minor, old.discount_minor, old.tax_minor, old.total_minor, old.taxes,
      old.seller, old.customer, old.create_time, old.send_time)
  then
    raise exception 'invoice % was opened and its document is frozen', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger invoices_frozen before update or delete on invoices
  for each row execute function refuse_frozen_invoice();

create function refuse_frozen_lines() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from changed_lines join invoices on invoices.id = changed_lines.invoice_id where invoices.state <> 'DRAFT'
  ) then
    raise exception 'an invoice was opened and its lines are frozen' using errcode = 'restrict_violation';
  end if;
  return null;
end
$$;

create trigger invoice_lines_frozen_insert after insert on invoice_lines referencing new table as changed_lines
  for each statement execute function refuse_frozen_lines();
create trigger invoice_lines_frozen_update after update on invoice_lines referencing new table as changed_lines
  for each statement execute function refuse_frozen_lines();
-- A line that moves to another invoice is missing from the first.
create trigger invoice_lines_frozen_move after update on invoice_lines referencing old table as changed_lines
  for each statement execute function refuse_frozen_lines();
create trigger invoice_lines_frozen_delete after delete on invoice_lines referencing old table as changed_lines
  for each statement execute function refuse_frozen_lines();

create function refuse_changed_payment() returns trigger language plpgsql as $$
begin
  raise exception 'payment % was recorded and cannot be changed', old.id using errcode = 'restrict_violation';
end
$$;

create trigger payments_frozen before update or delete on payments
  for each row execute function refuse_changed_payment();
