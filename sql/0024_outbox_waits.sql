-- When an entry fell due for the first time: a claim moves due_at, and one that is never
-- published would always look young.
alter table outbox add column first_due_at timestamptz;
