-- What is under way: intents of batches, and records still to be published.

-- Written and committed before anything that must not be repeated blindly;
-- removed with the batch's own transaction.
create table intents (
  id bigint generated always as identity primary key,
  partition int not null,
  first_offset bigint not null,
  last_offset bigint not null,
  attempts int not null,
  opened_at timestamptz not null,
  lease_until timestamptz not null,
  -- Big-endian 8-byte values, ascending.
  fingerprints bytea not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);

-- Hashes do not compress; trying costs more than the bytes.
alter table intents alter column fingerprints set storage external;

-- Removes a batch's own intent, which must be there, and the older ones of
-- its partition that end at or before `last`. Raises BSI01 when it is gone.
-- `own` 0: the batch started nothing and has none. It may be a zombie's, so it
-- leaves alone what somebody may still be working under.
create function close_intent(own bigint, of_partition int, last bigint) returns void
language plpgsql as $$
begin
  delete from intents where id = own;
  if own <> 0 and not found then
    raise exception using errcode = 'BSI01',
      message = format('intent %s of partition %s was removed by a newer owner', own, of_partition);
  end if;
  delete from intents
  where partition = of_partition and last_offset <= last
    and (id < own or own = 0 and lease_until < clock_timestamp());
end
$$;

-- Records that must be published because of what a transaction wrote.
create table outbox (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('process', 'dead_letter')),
  key text not null,
  -- The message of a dead letter, byte for byte.
  value bytea not null default '',
  -- name, value, name, value …
  headers text[] not null default '{}',
  -- Not to be published earlier; a claim moves it into the future.
  due_at timestamptz not null,
  created_at timestamptz not null default now()
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 200);

create index outbox_due on outbox (due_at);
