-- What is written for every event.

-- A claim writes its rows anew, so what is large in them lies apart and is not written along. It is there for a moment only,
-- which is not worth compressing it.
alter table outbox
  alter column payload set storage external,
  alter column body set storage external;

alter table outbox set (
  toast_tuple_target = 128,
  toast.autovacuum_vacuum_scale_factor = 0,
  toast.autovacuum_vacuum_threshold = 4000,
  toast.autovacuum_vacuum_cost_delay = 0
);

-- What is old enough to be forgotten is found by the ids, which begin with the time.
drop index inbox_apply_time;
