-- Finding invoices by their words and labels, and listing them by total, issue date and number.

alter table invoices
  -- The customer's name while the invoice is a draft; afterwards that of the snapshot counts.
  add column customer_name text not null default '',
  -- Numbers are compared byte by byte, so that those with one beginning lie together.
  alter column number type text collate "C";

-- All terms of an invoice: what filters look at once an invoice was found in another way.
create table invoice_search (
  invoice_id uuid primary key references invoices on delete cascade,
  owner_id uuid not null,
  create_time timestamptz(3) not null,
  terms tsvector not null
);

-- The invoices of each term, in the order in which they were made.
create table invoice_terms (
  owner_id uuid not null,
  term text collate "C" not null,
  create_time timestamptz(3) not null,
  invoice_id uuid not null,
  primary key (owner_id, term, create_time, invoice_id)
);

create function terms_of_invoice(invoice invoices) returns tsvector language sql stable as $$
  select array_to_tsvector(
    search_words(concat_ws(' ', invoice.number, coalesce(invoice.customer ->> 'name', invoice.customer_name), invoice.memo,
      (select string_agg(line.description, ' ') from invoice_lines as line where line.invoice_id = invoice.id)))
    || label_terms(invoice.tags, invoice.metadata)
  )
$$;

-- Runs when the statement has written the lines as well.
create function index_invoice() returns trigger language plpgsql as $$
begin
  insert into invoice_search as present (invoice_id, owner_id, create_time, terms)
  values (new.id, new.owner_id, new.create_time, terms_of_invoice(new))
  on conflict (invoice_id) do update set terms = excluded.terms where present.terms <> excluded.terms;
  return null;
end
$$;

create function index_terms() returns trigger language plpgsql as $$
declare
  before constant text[] := case tg_op when 'INSERT' then '{}' else tsvector_to_array(old.terms) end;
  after constant text[] := case tg_op when 'DELETE' then '{}' else tsvector_to_array(new.terms) end;
begin
  delete from invoice_terms as present using unnest(before) as gone (term)
  where present.owner_id = old.owner_id and present.term = gone.term and present.create_time = old.create_time
    and present.invoice_id = old.invoice_id and gone.term <> all (after);
  insert into invoice_terms (owner_id, term, create_time, invoice_id)
  select new.owner_id, term, new.create_time, new.invoice_id from unnest(after) as term where term <> all (before);
  return null;
end
$$;

create trigger invoice_search_indexed after insert or update or delete on invoice_search
  for each row execute function index_terms();
create trigger invoices_indexed after insert on invoices
  for each row execute function index_invoice();
-- Only a draft's lines change, and with them its version.
create trigger invoices_indexed_again after update on invoices for each row
  when (old.state = 'DRAFT' or (old.memo, old.tags, old.metadata) is distinct from (new.memo, new.tags, new.metadata))
  execute function index_invoice();

insert into invoice_search (invoice_id, owner_id, create_time, terms)
select id, owner_id, create_time, terms_of_invoice(invoices) from invoices;

-- Sorts as the numbers count: each run of digits has the same width. Drafts have none and come first.
create function number_key(number text) returns text language sql immutable parallel safe as $$
  select regexp_replace(
    regexp_replace(coalesce(number, ''), '[0-9]+', '00000000000000000000\&', 'g'),
    '[0-9]*([0-9]{20})(?![0-9])', '\1', 'g'
  ) collate "C"
$$;

-- Each order, for all invoices and for those of a state.
drop index invoices_by_issue_date;
create index invoices_by_issue_date on invoices (owner_id, coalesce(issue_date, 'infinity'), id);
create index invoices_by_total on invoices (owner_id, total_minor, id);
create index invoices_by_number on invoices (owner_id, number_key(number), id);
create index invoices_by_state_issue_date on invoices (owner_id, state, coalesce(issue_date, 'infinity'), id);
create index invoices_by_state_total on invoices (owner_id, state, total_minor, id);
create index invoices_by_state_number on invoices (owner_id, state, number_key(number), id);
create index invoices_by_currency_total on invoices (owner_id, currency_code, total_minor, id);
