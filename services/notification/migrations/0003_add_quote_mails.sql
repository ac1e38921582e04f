-- Mails that bring quotes. A mail is about an invoice or about a quote.
alter table notifications
  drop constraint notifications_kind_check,
  add constraint notifications_kind_check check (kind in ('INVOICE_SENT', 'REMINDER', 'PAYMENT_RECEIVED', 'QUOTE_SENT')),
  alter column invoice_id drop not null,
  add column quote_id uuid,
  add constraint notifications_are_about_one_document check (
    (kind = 'QUOTE_SENT') = (quote_id is not null) and (kind = 'QUOTE_SENT') = (invoice_id is null)
  );

create index notifications_by_quote on notifications (owner_id, quote_id, create_time, id) where quote_id is not null;
