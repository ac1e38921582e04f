-- Against mistakes with SQL that the triggers before do not see.

create function refuse_truncate() returns trigger language plpgsql as $$
begin
  raise exception 'table % holds documents and cannot be truncated', tg_table_name using errcode = 'restrict_violation';
end
$$;

create trigger invoices_not_truncated before truncate on invoices execute function refuse_truncate();
create trigger invoice_lines_not_truncated before truncate on invoice_lines execute function refuse_truncate();
create trigger payments_not_truncated before truncate on payments execute function refuse_truncate();
create trigger credit_notes_not_truncated before truncate on credit_notes execute function refuse_truncate();
create trigger number_counters_not_truncated before truncate on number_counters execute function refuse_truncate();

-- The customer's account was told of it, and another invoice may have taken its place.
create function refuse_unvoided_invoice() returns trigger language plpgsql as $$
begin
  raise exception 'invoice % was voided and stays so', old.id using errcode = 'restrict_violation';
end
$$;

create trigger invoices_stay_void before update on invoices for each row
  when (old.state = 'VOID' and new.state <> 'VOID') execute function refuse_unvoided_invoice();

-- A number that was given is given for good.
create function refuse_counting_back() returns trigger language plpgsql as $$
begin
  raise exception 'series % has given number % and cannot go back', old.series, old.last_sequence
    using errcode = 'restrict_violation';
end
$$;

create trigger number_counters_never_go_back before update on number_counters for each row
  when ((new.owner_id, new.series) <> (old.owner_id, old.series) or new.last_sequence < old.last_sequence)
  execute function refuse_counting_back();
create trigger number_counters_stay before delete on number_counters for each row
  execute function refuse_counting_back();
