-- Uploads and what became of their rows.

create table uploads (
  upload_id bigint generated always as identity primary key,
  -- `done` is derived: processing, and every accepted row has reached its end.
  state text not null default 'receiving' check (state in ('receiving', 'processing', 'aborted')),
  bytes bigint not null default 0,
  accepted bigint not null default 0,
  rejected bigint not null default 0,
  created_at timestamptz not null default now(),
  received_at timestamptz,
  -- The api process renews it; past it the upload is aborted.
  lease_until timestamptz not null
);

create index uploads_receiving on uploads (lease_until) where state = 'receiving';

-- One row for each upload and partition, changed in the batch's own
-- transaction, so that counters stay exact under redelivery. Partition -1
-- holds what people moved (retry, resolve).
create table upload_progress (
  upload_id bigint,
  partition int,
  -- Last offset whose duplicates and conflicts were counted.
  counted_through bigint not null default -1,
  generated bigint not null default 0,
  emailed bigint not null default 0,
  duplicates bigint not null default 0,
  conflicts bigint not null default 0,
  failed bigint not null default 0,
  in_doubt bigint not null default 0,
  updated_at timestamptz not null default now(),
  primary key (upload_id, partition)
) with (fillfactor = 25);

-- Rejected, conflicting and unreadable rows; failed and in_doubt ones stand
-- in `bankslips`.
create table upload_problems (
  upload_id bigint,
  "row" bigint,
  debt_id text not null default '',
  field text not null default '',
  code text not null default '',
  error text not null default '',
  primary key (upload_id, "row")
);
