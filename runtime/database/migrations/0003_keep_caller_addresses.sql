-- The IP address that the request behind an event came from. It is personal data, so it stands only where it is under way:
-- a dead letter, which may lie there for longer than the account, has none.
alter table outbox add column caller_address text;

alter table inbox_retries add column caller_address text;
