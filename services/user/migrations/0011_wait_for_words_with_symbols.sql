-- Waits for those who are writing: what is written from here on has the words of now, so that the next migration finds all that has
-- not.
lock table customers in share mode;
