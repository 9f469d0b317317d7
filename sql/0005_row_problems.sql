-- What is needed to give a file's rejected rows back as they were in it.

-- The row as it was in the file, byte for byte; null where it was not kept.
alter table upload_problems add column raw bytea;

-- The file's header line and what stood between its fields; null while the file
-- is being received, and for ever where its process died.
alter table uploads add column header bytea, add column separator text;

-- A put-off row has a reason too, and no status. Writers wait while this is
-- built, about a second for five million rows; readers only at the end.
create index bankslips_reasons on bankslips (upload_id, upload_row)
  where status is not null or failure is not null;
drop index bankslips_problems;
alter index bankslips_reasons rename to bankslips_problems;
