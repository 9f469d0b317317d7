-- What lists of debts are read by. PostgreSQL 14 or newer: bloom summaries in BRIN.

-- The few problems, by state and id.
create index bankslips_problems_by_id on bankslips (status, debt_id) where status is not null;

-- Which 16 pages may hold an upload, a part of a file, due dates, a person. It costs a
-- row 0.2 microseconds and 4 MB for a million rows, since only VACUUM summarizes pages.
-- Pages that it has not seen yet are read whole. Writers wait while this is built,
-- about a second for two million rows; readers do not.
create index bankslips_places on bankslips using brin
  (upload_id, upload_row, debt_due_date,
   email text_bloom_ops (n_distinct_per_range = 800),
   government_id text_bloom_ops (n_distinct_per_range = 800))
  with (pages_per_range = 16);

-- So VACUUM looks at new pages after this many rows, and not after a fifth of a large table.
alter table bankslips set (autovacuum_vacuum_insert_scale_factor = 0,
                           autovacuum_vacuum_insert_threshold = 200000);
