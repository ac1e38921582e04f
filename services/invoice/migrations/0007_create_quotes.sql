-- Quotes. What one will become is an invoice in JSON, so that it has whatever invoices have.
create table quotes (
  id uuid primary key,
  owner_id uuid not null,
  -- Grows by one with every change.
  version bigint not null,
  -- A quote that was sent has expired when its expire date has passed; that is not stored.
  state text not null check (state in ('DRAFT', 'SENT', 'ACCEPTED', 'DECLINED', 'INVOICED')),
  number text,
  number_series text not null,
  -- That of the invoice in it.
  customer_id uuid not null,
  -- Null when it does not expire.
  expire_date date,
  due_days integer not null check (due_days >= 0),
  issue_date date,
  -- The proto3 JSON of numer.invoice.v1.Invoice, with all amounts.
  invoice jsonb not null,
  -- Both parties as of sending, as the proto3 JSON of numer.invoice.v1.Party.
  seller jsonb,
  customer jsonb,
  -- The invoice that it became.
  invoice_id uuid,
  create_time timestamptz(3) not null,
  update_time timestamptz(3) not null,
  send_time timestamptz(3),
  accept_time timestamptz(3),
  decline_time timestamptz(3),
  convert_time timestamptz(3),

  -- The last guard of "unique per owner"; without gaps because the number is taken in the statement that sends.
  constraint quotes_number_key unique (owner_id, number),
  constraint quotes_draft_is_unnumbered check ((state = 'DRAFT') = (number is null)),
  constraint quotes_sent_is_complete check (
    (state = 'DRAFT') = (issue_date is null)
    and (state = 'DRAFT') = (seller is null)
    and (state = 'DRAFT') = (customer is null)
    and (state = 'DRAFT') = (send_time is null)
  ),
  constraint quotes_times_fit_state check (
    (accept_time is not null) = (state in ('ACCEPTED', 'INVOICED'))
    and (decline_time is not null) = (state = 'DECLINED')
    and (convert_time is not null) = (state = 'INVOICED')
  ),
  constraint quotes_invoiced_has_invoice check ((state = 'INVOICED') = (invoice_id is not null))
);

-- Each filter of the list, with its sort key behind it.
create index quotes_by_create_time on quotes (owner_id, create_time, id);
create index quotes_by_state on quotes (owner_id, state, create_time, id);
create index quotes_by_customer on quotes (owner_id, customer_id, create_time, id);

alter table invoices
  -- The quote that became this invoice.
  add column quote_id uuid;

-- The last guard of "a quote becomes one invoice".
create unique index invoices_quote_key on invoices (quote_id) where quote_id is not null;

-- A quote that was sent is a document, as an invoice is: what may change is what happens to it. Whatever column there is,
-- and will be, is frozen unless it is named here.
create function refuse_frozen_quote() returns trigger language plpgsql as $$
declare
  unfrozen text[] := array['version', 'state', 'update_time', 'accept_time', 'decline_time', 'convert_time', 'invoice_id'];
begin
  if old.state = 'DRAFT' then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' then
    raise exception 'quote % was sent and cannot be deleted', old.id using errcode = 'restrict_violation';
  end if;
  if old.state in ('SENT', 'DECLINED') then
    unfrozen := array_append(unfrozen, 'expire_date');
  end if;
  if new.state = 'DRAFT' or to_jsonb(new) - unfrozen is distinct from to_jsonb(old) - unfrozen then
    raise exception 'quote % was sent and is frozen', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger quotes_frozen before update or delete on quotes
  for each row execute function refuse_frozen_quote();
