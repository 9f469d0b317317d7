-- The first answers to requests that bear an Idempotency-Key.

create table idempotency_keys (
  -- Name of the API key; empty without keys.
  client text collate "C" not null,
  key text collate "C" not null,
  -- Random number of the request that holds the key, or held it.
  token bigint not null,
  -- Past it, a request that has no answer counts as dead.
  lease_until timestamptz not null,
  -- SHA-256 of the request and its answer; null while it runs.
  request_digest bytea,
  status int,
  content_type text,
  body bytea,
  expires_at timestamptz not null,
  primary key (client, key)
);

create index idempotency_keys_expired on idempotency_keys (expires_at);
