-- The moment at which an upload is done, and the events that webhooks tell.

-- When the last accepted row reached its end, the first time. A retry takes a row
-- back out of its counter, and leaves this.
alter table uploads add column done_at timestamptz;

update uploads u set done_at = coalesce(
  (select max(updated_at) from upload_progress p where p.upload_id = u.upload_id),
  received_at, created_at)
where state = 'processing' and accepted <= (
  select coalesce(sum(emailed + duplicates + conflicts + failed + in_doubt), 0)
  from upload_progress p where p.upload_id = u.upload_id);

-- An upload as it looks from outside.
create view upload_records as
select u.upload_id,
  case when u.state = 'processing' and s.ends >= u.accepted then 'done' else u.state end as state,
  u.bytes,
  -- Nobody knows what the broker took of an aborted one; what workers saw is certain.
  case when u.state = 'aborted' then s.ends else u.accepted end as accepted,
  u.rejected, s.generated, s.emailed, s.duplicates, s.conflicts, s.failed, s.in_doubt,
  u.created_at, u.received_at,
  case when u.state = 'processing' and s.ends >= u.accepted
    then coalesce(u.done_at, s.updated_at, u.received_at) end as done_at,
  u.header, u.separator
from uploads u cross join lateral (
  select coalesce(sum(generated), 0)::bigint as generated,
    coalesce(sum(emailed), 0)::bigint as emailed,
    coalesce(sum(duplicates), 0)::bigint as duplicates,
    coalesce(sum(conflicts), 0)::bigint as conflicts,
    coalesce(sum(failed), 0)::bigint as failed,
    coalesce(sum(in_doubt), 0)::bigint as in_doubt,
    coalesce(sum(emailed + duplicates + conflicts + failed + in_doubt), 0)::bigint as ends,
    max(updated_at) as updated_at
  from upload_progress where upload_id = u.upload_id) s;

-- What is to be told, written by the transaction that makes it true.
create table webhook_events (
  id bigint generated always as identity primary key,
  -- The same for all tries, and in no other database.
  message_id uuid not null default gen_random_uuid(),
  type text not null,
  created_at timestamptz not null default clock_timestamp(),
  -- Columns of `bankslips` or of `upload_records`, as they were then.
  facts jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'exhausted')),
  -- Of this round; a resend begins the next one.
  tries int not null default 0,
  -- Of the next try; a claim moves it into the future.
  due_at timestamptz not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 200);

create index webhook_events_due on webhook_events (due_at) where state = 'pending';
create index webhook_events_by_state on webhook_events (state, id);

create table webhook_tries (
  event_id bigint references webhook_events on delete cascade,
  number int,
  began_at timestamptz not null,
  took_ms bigint not null,
  -- Null: there was no answer.
  status int,
  error text,
  primary key (event_id, number)
);

-- Endpoints that want no more calls (410), by the digest of their address.
create table webhook_stops (
  endpoint text primary key,
  stopped_at timestamptz not null default now()
);

create function debt_facts(b bankslips) returns jsonb language sql stable as $$
  select jsonb_build_object('debt_id', b.debt_id, 'status', b.status, 'propagated', b.propagated,
    'bankslip_file', b.bankslip_file, 'failure', b.failure, 'attempt', b.attempt,
    'upload_id', b.upload_id, 'upload_row', b.upload_row, 'created_at', b.created_at,
    'updated_on', b.updated_on)
$$;

-- Tells what became of debts, which have their final states.
create function tell_debts(ids text[]) returns void language sql as $$
  insert into webhook_events (type, facts)
  select 'bankslip.' || case when b.propagated then 'emailed' else b.status end, debt_facts(b)
  from bankslips b where debt_id = any(ids) and (b.propagated or b.status is not null)
  order by debt_id
$$;

-- The state is that of the event, though a retry may have moved a row since.
create function tell_upload(what text, u bigint) returns void language sql as $$
  insert into webhook_events (type, facts)
  select what, to_jsonb(r) - 'header' - 'separator'
    || jsonb_build_object('state', split_part(what, '.', 2), 'done_at', x.done_at)
  from upload_records r join uploads x using (upload_id) where upload_id = u
$$;

-- Each upload has a lock for its end; the order of the numbers is that of the uploads.
create function end_lock(u bigint) returns bigint language sql immutable as $$
  select 7089060837345000000 + u
$$;

-- Marks the upload as done and tells it, once, if all its rows have ended. The caller
-- holds its lock alone.
create function mark_done(u bigint, moment timestamptz, tell text[]) returns void
language plpgsql as $$
begin
  update uploads set done_at = moment
  where upload_id = u and state = 'processing' and done_at is null and accepted <= (
    select coalesce(sum(emailed + duplicates + conflicts + failed + in_doubt), 0)
    from upload_progress p where p.upload_id = u);
  if found and 'upload.done' = any(tell) then
    perform tell_upload('upload.done', u);
  end if;
end
$$;

-- Whether more rows of the upload are missing than all other waves together may be
-- about to end: each of them has an intent until its commit, and a record may end two
-- rows, the stored one that it comes upon unfinished and its own as a duplicate. Without
-- an intent of its own (a wave of nothing but duplicates) nobody else could count on the
-- caller.
create function is_far_from_done(u bigint, own bigint) returns boolean language sql stable as $$
  select x.state = 'receiving' or own <> 0 and
    x.accepted - (
      select coalesce(sum(emailed + duplicates + conflicts + failed + in_doubt), 0)
      from upload_progress p where p.upload_id = u)
    > 2 * (select coalesce(sum(last_offset - first_offset + 1), 0) from intents where id <> own)
  from uploads x where x.upload_id = u
$$;

-- Called by a transaction that has counted rows of these uploads, ascending, as its last
-- step but for closing its intent `own`. Transactions far from the end share the lock
-- until they commit; one that may be the last waits for all of them and has it alone,
-- so that of two last ones the second sees what the first has counted. PostgreSQL's table
-- of locks is bounded for all sessions together: a wave of many small uploads has lock 0,
-- which all others share, alone, and no other one.
create function end_uploads(ids bigint[], own bigint, tell text[]) returns void
language plpgsql as $$
declare
  many constant boolean := cardinality(ids) > 64;
  u bigint;
begin
  if many then
    perform pg_advisory_xact_lock(end_lock(0));
  else
    perform pg_advisory_xact_lock_shared(end_lock(0));
  end if;
  foreach u in array ids loop
    continue when not exists (
      select from uploads where upload_id = u and state <> 'aborted' and done_at is null);
    if many then
      perform mark_done(u, clock_timestamp(), tell);
      continue;
    end if;
    if is_far_from_done(u, own) then
      begin
        perform pg_advisory_xact_lock_shared(end_lock(u));
        continue when is_far_from_done(u, own);
        -- Gives the share back: two that share cannot both wait to have it alone.
        raise exception using errcode = 'BSI02';
      exception when sqlstate 'BSI02' then null;
      end;
    end if;
    perform pg_advisory_xact_lock(end_lock(u));
    perform mark_done(u, clock_timestamp(), tell);
  end loop;
end
$$;

-- Ends the reception of an upload; answers its state then, null when there is none.
create function close_upload(u bigint, becomes text, n_bytes bigint, n_accepted bigint,
  n_rejected bigint, head bytea, separated_by text, tell text[]) returns text
language plpgsql as $$
declare
  was text;
  moment timestamptz;
begin
  perform pg_advisory_xact_lock_shared(end_lock(0));
  perform pg_advisory_xact_lock(end_lock(u));
  select state into was from uploads where upload_id = u for update;
  if was is null or was not in ('receiving', becomes) then
    return was;
  end if;
  moment := clock_timestamp();
  update uploads set state = becomes, bytes = n_bytes, accepted = n_accepted,
    rejected = n_rejected, header = head, separator = separated_by,
    received_at = case when becomes = 'processing' then coalesce(received_at, moment) end
  where upload_id = u;
  if becomes = 'processing' then
    perform mark_done(u, moment, tell);
  elsif was = 'receiving' and 'upload.aborted' = any(tell) then
    perform tell_upload('upload.aborted', u);
  end if;
  return becomes;
end
$$;

-- Aborts uploads whose process does not renew their lease.
create function expire_uploads(tell text[]) returns void language plpgsql as $$
declare
  u bigint;
begin
  for u in update uploads set state = 'aborted'
    where state = 'receiving' and lease_until < clock_timestamp() returning upload_id loop
    if 'upload.aborted' = any(tell) then
      perform tell_upload('upload.aborted', u);
    end if;
  end loop;
end
$$;
