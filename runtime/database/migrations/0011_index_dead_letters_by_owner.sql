-- Events that were given up hold data of people and are erased with their account.
create index dead_letters_by_owner on dead_letters (owner_id);
