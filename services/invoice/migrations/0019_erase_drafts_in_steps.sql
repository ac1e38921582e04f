-- Looks the terms of an invoice up one by one. As a join with them, the planner could as well read all terms of the owner for each
-- invoice, or compare each of 1,000 words with all others, for which no statement has the time.
create or replace function index_terms() returns trigger language plpgsql as $$
declare
  before constant text[] := case tg_op when 'INSERT' then '{}' else tsvector_to_array(old.terms) end;
  after constant text[] := case tg_op when 'DELETE' then '{}' else tsvector_to_array(new.terms) end;
  gone constant text[] := array(select unnest(before) except select unnest(after));
begin
  delete from invoice_terms
  where owner_id = old.owner_id and term = any (gone) and create_time = old.create_time and invoice_id = old.invoice_id;
  insert into invoice_terms (owner_id, term, create_time, invoice_id)
  select new.owner_id, term, new.create_time, new.invoice_id from unnest(after) as term where term <> all (before);
  return null;
end
$$;

-- Whether anything refers to an invoice is asked for each draft that is deleted, and without these all rows of all owners were read.
create index invoices_by_revises on invoices (revises_invoice_id) where revises_invoice_id is not null;
create index invoices_by_revised_by on invoices (revised_by_invoice_id) where revised_by_invoice_id is not null;
create index credit_notes_of_invoice on credit_notes (invoice_id);
