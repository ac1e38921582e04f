-- What is old enough to be forgotten is found by the ids, which begin with the time.
drop index inbox_apply_time;
