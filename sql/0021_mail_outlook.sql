-- When the e-mails of the mail stage will be out, for who asks any process.

-- Of a lane of the mail stage: when the row at its head was stored, which is the first one
-- that its last wave left, or the last one that it settled.
alter table settled_offsets add column head_at timestamptz;

-- How fast each process of the mail stage sends; it says so every few seconds.
create table mail_speeds (
  process bigint primary key,
  rate double precision not null,
  allowed double precision not null,
  held_by text not null,
  goes_on_at timestamptz,
  schedule text not null,
  noted_at timestamptz not null
);

create function note_mail_speed(p bigint, r double precision, a double precision, h text,
  g timestamptz, s text) returns void language sql as $$
  delete from mail_speeds where noted_at < clock_timestamp() - interval '1 hour';
  insert into mail_speeds values (p, r, a, h, g, s, clock_timestamp())
  on conflict (process) do update set rate = r, allowed = a, held_by = h, goes_on_at = g,
    schedule = s, noted_at = clock_timestamp()
$$;

-- All processes together; no rate where none has told for a while. `is_paced`: one has,
-- within the last hour.
create function mail_speed() returns table (is_paced boolean, rate double precision,
  allowed double precision, held_by text, goes_on_at timestamptz, schedule text)
language sql stable as $$
  select coalesce(bool_or(noted_at > clock_timestamp() - interval '1 hour'), false),
    sum(m.rate) filter (where fresh), sum(m.allowed) filter (where fresh),
    (array_agg(m.held_by order by array_position(
      array['none', 'setting', 'provider', 'retry_after', 'schedule'], m.held_by) desc)
      filter (where fresh))[1],
    max(m.goes_on_at) filter (where fresh), max(m.schedule) filter (where fresh)
  from (select *, noted_at > clock_timestamp() - interval '20 seconds' as fresh
    from mail_speeds) m
$$;

-- Rows of an upload whose e-mails are still to go out, records of the mail stage up to the
-- last of them, and when the oldest was stored. A lane counts an upload's records up to the
-- last one that it settled as slips.
create function mail_outlook(u bigint) returns table (waiting bigint, ahead bigint,
  oldest_at timestamptz) language sql stable as $$
  select w.n, greatest(w.n, l.n), case when w.n > 0 then greatest(x.created_at, l.head_at) end
  from uploads x
  cross join lateral (
    select greatest(coalesce(sum(generated + unslipped - emailed - failed - in_doubt - held), 0),
      0)::bigint as n
    from upload_progress where upload_id = u) w
  cross join lateral (
    select sum(greatest(p.counted_through + 1 - m.next_offset, 0))::bigint as n,
      min(m.head_at) filter (where p.counted_through >= m.next_offset) as head_at
    from upload_progress p
    join settled_offsets m on m.topic = x.topic and m.lane = -2 - p.partition
    where w.n > 0 and p.upload_id = u and p.partition >= 0) l
  where x.upload_id = u
$$;

-- The same of all records of a topic that have their slips.
create function mail_backlog(named text) returns table (waiting bigint, oldest_at timestamptz)
language sql stable as $$
  select coalesce(sum(s.next_offset - m.next_offset), 0)::bigint, min(m.head_at)
  from settled_offsets s
  join settled_offsets m on m.topic = s.topic and m.lane = -2 - s.lane
  where s.topic = named and s.lane >= 0 and s.next_offset > m.next_offset
$$;
