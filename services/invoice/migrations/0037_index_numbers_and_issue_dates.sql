-- The filters of the lists of quotes and credit notes by number and issue date. Drafts of quotes have neither.

-- Compared byte by byte, so that numbers with one beginning lie together. The columns keep their collation: replicas of the version
-- before could not go on with what they prepared.
create index quotes_by_number on quotes (owner_id, number collate "C") where number is not null;
create index credit_notes_by_number on credit_notes (owner_id, number collate "C");

-- Each day in the order of the list, so that the first of all days can be merged.
create index quotes_by_issue_date on quotes (owner_id, issue_date, create_time, id) where issue_date is not null;
create index credit_notes_by_issue_date on credit_notes (owner_id, issue_date, create_time, id);
