-- Superseded by bankslips_problems_by_id. Alone, since it waits for all readers.
drop index bankslips_status;
