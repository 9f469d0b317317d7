-- Who changed what through the API, how many rows each key brought in, and who is
-- logged in on the page.

-- Append only; the operator removes what is too old. Refusals that are the same but
-- for their time stand as one entry with their number.
create table audit (
  at timestamptz not null,
  -- Name of the API key; empty: none was asked for, or none was right.
  key text not null default '',
  method text not null,
  -- The pattern, /bankslip/{debt_id}/retry.
  route text not null,
  -- The debt, upload or delivery.
  target text not null default '',
  status int not null,
  rows bigint not null default 0,
  request_id text not null default '',
  -- Of the connection; behind a proxy the proxy's.
  address text not null default '',
  -- As the request claims.
  forwarded_for text not null default '',
  times int not null default 1
);
-- Costs inserting nothing that could be measured.
create index audit_at on audit using brin (at);

create table key_usage (
  key text not null,
  -- In Brazil.
  day date not null,
  rows bigint not null,
  primary key (key, day)
);

create table sessions (
  -- SHA-256 of the cookie's value.
  id bytea primary key,
  -- SHA-256 of the key: a session ends when its key does.
  key bytea not null,
  expires_at timestamptz not null
);
