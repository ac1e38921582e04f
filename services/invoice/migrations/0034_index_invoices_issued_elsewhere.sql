-- For who changes a number series. In a file of its own, so that reading goes on meanwhile.
create index invoices_issued_elsewhere on invoices (owner_id) where issued_elsewhere;
