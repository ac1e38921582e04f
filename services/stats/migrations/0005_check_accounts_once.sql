-- Every statement that writes invoices or payments has written and locked the rows of their accounts before, and takes the owners
-- from there. So nothing need look for the account again for each invoice and payment.
alter table invoices drop constraint invoices_owner_id_fkey;

alter table payments drop constraint payments_owner_id_fkey;
