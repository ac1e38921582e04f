alter table invoice_settings
  -- The early-payment discount of documents that are made without one: its percentage, and how many days after the issue
  -- date its last day is; both null for none.
  add column early_discount_percent numeric,
  add column early_discount_days integer,
  add constraint invoice_settings_early_discount_is_whole check (
    (early_discount_percent is null) = (early_discount_days is null)
    and early_discount_percent > 0 and early_discount_percent < 100 and early_discount_days between 1 and 365
  );
