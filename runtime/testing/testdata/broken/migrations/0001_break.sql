create table fine (id int);
create table wrong (id nonsense);
