-- Rows of the outbox are gone within moments, which is not worth compressing them for. The limit is that of a page.
alter table outbox set (toast_tuple_target = 8160);
