-- Answers to quotes whose mail was not yet asked for when they came, since events come in any order: that mail is not sent.
create table quote_answers (
  owner_id uuid not null,
  quote_id uuid not null,
  -- Why the mail must not go out.
  withdraw_reason text not null,
  create_time timestamptz(3) not null,
  constraint quote_answers_pkey primary key (owner_id, quote_id)
);
