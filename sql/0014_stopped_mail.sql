-- E-mails of an upload that somebody stops, and the moment at which all slips were there.

-- Whoever comes to the e-mail of a row of a stopped upload marks the row as held; it stays
-- `generated`. Checked for new rows only, since all others are as before.
alter table bankslips drop constraint bankslips_status_check;
alter table bankslips add constraint bankslips_status_check
  check (status in ('failed', 'in_doubt', 'held')) not valid;

alter table upload_progress
  -- Rows held now.
  add column held bigint not null default 0,
  -- Rows that came to an end without a slip, and have none yet.
  add column unslipped bigint not null default 0;

alter table uploads
  -- Null: never stopped. Rows that are held when it is `resumed` are let go.
  add column mail text check (mail in ('paused', 'cancelled', 'resumed')),
  -- When every accepted row first had its slip, or its end without one.
  add column generated_at timestamptz;

create index uploads_mail on uploads (upload_id) where mail is not null;

-- Held rows of a cancelled upload are at their end.
create or replace view upload_records as
select u.upload_id,
  case when u.state = 'processing' and s.ends >= u.accepted then 'done' else u.state end as state,
  u.bytes,
  -- Nobody knows what the broker took of an aborted one; what workers saw is certain.
  case when u.state = 'aborted' then greatest(s.ends, s.seen) else u.accepted end as accepted,
  u.rejected, s.generated, s.emailed, s.duplicates, s.conflicts, s.failed, s.in_doubt,
  u.created_at, u.received_at,
  case when u.state = 'processing' and s.ends >= u.accepted
    then coalesce(u.done_at, s.updated_at, u.received_at) end as done_at,
  u.header, u.separator,
  u.generated_at, s.held, u.mail
from uploads u cross join lateral (
  select coalesce(sum(generated), 0)::bigint as generated,
    coalesce(sum(emailed), 0)::bigint as emailed,
    coalesce(sum(duplicates), 0)::bigint as duplicates,
    coalesce(sum(conflicts), 0)::bigint as conflicts,
    coalesce(sum(failed), 0)::bigint as failed,
    coalesce(sum(in_doubt), 0)::bigint as in_doubt,
    coalesce(sum(held), 0)::bigint as held,
    coalesce(sum(generated + unslipped + duplicates + conflicts), 0)::bigint as seen,
    coalesce(sum(emailed + duplicates + conflicts + failed + in_doubt
      + case when u.mail = 'cancelled' then held else 0 end), 0)::bigint as ends,
    max(updated_at) as updated_at
  from upload_progress where upload_id = u.upload_id) s;

-- Marks the upload as generated and as done, and tells that it is done, once, if it is so.
-- The caller holds its lock alone.
create or replace function mark_done(u bigint, moment timestamptz, tell text[]) returns void
language plpgsql as $$
begin
  update uploads set generated_at = moment
  where upload_id = u and state = 'processing' and generated_at is null and accepted <= (
    select coalesce(sum(generated + unslipped + duplicates + conflicts), 0)
    from upload_progress p where p.upload_id = u);
  update uploads x set done_at = moment
  where upload_id = u and state = 'processing' and done_at is null and accepted <= (
    select coalesce(sum(emailed + duplicates + conflicts + failed + in_doubt
      + case when x.mail = 'cancelled' then held else 0 end), 0)
    from upload_progress p where p.upload_id = u);
  if found and 'upload.done' = any(tell) then
    perform tell_upload('upload.done', u);
  end if;
end
$$;

-- As before; far from both ends, that of the slips and that of all.
create or replace function is_far_from_done(u bigint, own bigint) returns boolean
language sql stable as $$
  select x.state = 'receiving' or own <> 0 and
    x.accepted - (
      select greatest(
        coalesce(sum(emailed + duplicates + conflicts + failed + in_doubt
          + case when x.mail = 'cancelled' then held else 0 end), 0),
        case when x.generated_at is null
          then coalesce(sum(generated + unslipped + duplicates + conflicts), 0) else 0 end)
      from upload_progress p where p.upload_id = u)
    > 2 * (select coalesce(sum(last_offset - first_offset + 1), 0) from intents where id <> own)
  from uploads x where x.upload_id = u
$$;

-- Stops or resumes the e-mails of an upload; false where there is none, or it may not
-- become so: what was cancelled cannot be paused. Its rows may be at their end by it.
create function set_mail(u bigint, becomes text, tell text[]) returns boolean
language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(end_lock(0));
  perform pg_advisory_xact_lock(end_lock(u));
  update uploads set mail = becomes
  where upload_id = u and not (becomes = 'paused' and mail is not distinct from 'cancelled')
    and not (becomes = 'resumed' and mail is null);
  if not found then
    return exists (select from uploads where upload_id = u and mail is null);
  end if;
  perform mark_done(u, clock_timestamp(), tell);
  return true;
end
$$;

-- Lets held rows of resumed uploads go, at most so many: they are published again. A wave
-- that saw the upload stopped may hold a row after that was taken back, so the count of
-- held rows decides, which its transaction changes.
create function release_held(most int) returns bigint language plpgsql as $$
declare
  u bigint;
  n bigint;
  total bigint := 0;
begin
  for u in select upload_id from uploads x where mail = 'resumed'
    and (select sum(held) from upload_progress p where p.upload_id = x.upload_id) > 0
    order by upload_id loop
    with freed as (
      update bankslips set status = null, failure = null, updated_on = now()
      where debt_id in (select debt_id from bankslips where upload_id = u and status = 'held'
        order by upload_row limit most - total for update skip locked)
      returning debt_id),
    entries as (
      insert into outbox (kind, key, due_at) select 'process', debt_id, clock_timestamp()
      from freed)
    select count(*) into n from freed;
    if n > 0 then
      insert into upload_progress as p (upload_id, partition, held, updated_at)
      values (u, -1, -n, clock_timestamp())
      on conflict (upload_id, partition) do update
      set held = p.held + excluded.held, updated_at = excluded.updated_at;
    end if;
    total := total + n;
    exit when total >= most;
  end loop;
  return total;
end
$$;

-- A view over this one that a later migration makes shows the new columns, too, where that
-- migration came first.
do $$
begin
  if to_regclass('upload_states') is not null then
    drop view upload_states;
    create view upload_states as
    select r.*, u.failure_code, u.failure from upload_records r join uploads u using (upload_id);
  end if;
end
$$;
