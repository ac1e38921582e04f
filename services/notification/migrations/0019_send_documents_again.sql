-- Documents that users have mailed again.
alter table notifications
  -- The credit note that a mail brings; null for all others, and for those that were queued before it was kept.
  add column credit_note_id uuid;

-- When each document was mailed again of late, so that nobody is mailed without end: one row, which is locked by whoever does it.
create table document_resends (
  owner_id uuid not null,
  -- Id of the invoice, the quote or the credit note.
  document_id uuid not null,
  -- The latest times that count for the limit, in order.
  resend_times timestamptz(3)[] not null,
  -- The last of them. A row that is older than the time for which the limit holds is of no use.
  update_time timestamptz(3) not null,
  primary key (owner_id, document_id)
);

create index document_resends_by_update_time on document_resends (update_time);
