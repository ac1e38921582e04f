-- Answers whose mail would have been asked for by now are forgotten.
create index quote_answers_by_create_time on quote_answers (create_time);
