alter table notifications
  drop constraint notifications_kind_check,
  add constraint notifications_kind_check check (
    kind in ('INVOICE_SENT', 'REMINDER', 'PAYMENT_RECEIVED', 'QUOTE_SENT', 'CREDIT_NOTE_ISSUED')
  );
