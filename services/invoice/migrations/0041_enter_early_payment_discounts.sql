-- In a file of its own for the same reason as 0040.

alter table ledger_entries
  drop constraint ledger_entries_type,
  add constraint ledger_entries_type check (
    type in ('INVOICE', 'VOID', 'PAYMENT', 'CREDIT_APPLIED', 'CREDIT_NOTE', 'WRITE_OFF', 'EARLY_PAYMENT_DISCOUNT', 'REVERSAL', 'DEPOSIT',
      'REFUND')
  ) not valid;
