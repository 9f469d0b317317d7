-- Why an upload was aborted: for programs, and for people. And numbers that agree when its
-- process has died in the middle of it.
alter table uploads add column failure_code text, add column failure text;

-- An upload as it looks from outside, with that.
create view upload_states as
select r.*, u.failure_code, u.failure from upload_records r join uploads u using (upload_id);

create or replace function tell_upload(what text, u bigint) returns void language sql as $$
  insert into webhook_events (type, facts)
  select what, to_jsonb(r) - 'header' - 'separator'
    || jsonb_build_object('state', split_part(what, '.', 2), 'done_at', x.done_at)
  from upload_states r join uploads x using (upload_id) where upload_id = u
$$;

-- Rejected rows that are stored; the others there were accepted.
create function rejected_of(u bigint) returns bigint language sql stable as $$
  select count(*) from upload_problems
  where upload_id = u and code not in ('conflict', 'unreadable')
$$;

-- Ends the reception of an upload; answers its state then, null when there is none. The
-- one without a reason stays for processes of the version before.
create function close_upload(u bigint, becomes text, n_bytes bigint, n_accepted bigint,
  n_rejected bigint, head bytea, separated_by text, why text, why_text text, tell text[])
returns text language plpgsql as $$
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
    -- A chunk whose rows were not published may have stored its rejected ones.
    rejected = case when becomes = 'aborted' then greatest(n_rejected, rejected_of(u))
      else n_rejected end,
    header = coalesce(head, header), separator = coalesce(separated_by, separator),
    failure_code = why, failure = why_text,
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
create or replace function expire_uploads(tell text[]) returns void language plpgsql as $$
declare
  u bigint;
begin
  for u in update uploads set state = 'aborted', rejected = rejected_of(upload_id),
      failure_code = 'process_lost', failure = 'the server died, or lost the database'
    where state = 'receiving' and lease_until < clock_timestamp() returning upload_id loop
    if 'upload.aborted' = any(tell) then
      perform tell_upload('upload.aborted', u);
    end if;
  end loop;
end
$$;
