-- The table of debts. A table of the old service is adopted: its rows are
-- converted, and what cannot be kept as a row is put aside, never dropped.
-- State of a row: propagated -> emailed, whatever else stands there; else
-- `status` if it is set; else generated with a bankslip_file, imported without.

set local timezone = 'UTC';
set local datestyle = 'ISO';

do $$
begin
  if to_regclass('bankslips') is not null then
    alter table bankslips rename to bankslips_before_adoption;
  end if;
end
$$;

create table bankslips (
  debt_id text collate "C" primary key,
  name text,
  government_id text,
  email text,
  debt_amount numeric(12,2),
  debt_due_date date,
  -- The linha digitavel; null or empty while there is no slip.
  bankslip_file text,
  propagated boolean not null default false,
  created_at timestamptz not null default now(),
  updated_on timestamptz,
  status text check (status in ('failed', 'in_doubt')),
  failure text,
  attempt smallint not null default 1,
  put_offs smallint not null default 0,
  -- First e-mail call of this attempt whose outcome is not known.
  mail_tried_at timestamptz,
  upload_id bigint,
  upload_row bigint,
  slip_details text
);

-- Every index is paid for by every row: these hold the few unfinished ones only.
create index bankslips_problems on bankslips (upload_id, upload_row) where status is not null;
create index bankslips_status on bankslips (status) where status is not null;

-- Rows of an adopted table that share their debt_id with the one that was
-- kept, have none, or held a value that no column could take (that value is
-- null in the row that was kept). `original` has every column as it was.
create table bankslips_duplicates (
  debt_id text,
  reason text not null,
  set_aside_at timestamptz not null default now(),
  original jsonb not null
);

create or replace function pg_temp.adopted_amount(v text) returns numeric
language plpgsql immutable as $$
begin
  if v !~ '^[-+]?[0-9]{1,20}([.][0-9]*)?([eE][-+]?[0-9]{1,2})?$' then
    return null;
  end if;
  return case when abs(round(v::numeric, 2)) < 1e10 then round(v::numeric, 2) end;
end
$$;

create or replace function pg_temp.adopted_date(v text) returns date
language plpgsql immutable as $$
declare
  part text[];
begin
  part := regexp_match(v, '^([0-9]{4})-([0-9]{2})-([0-9]{2})($|[T ])');
  if part is not null then
    return make_date(part[1]::int, part[2]::int, part[3]::int);
  end if;
  part := regexp_match(v, '^([0-9]{2})/([0-9]{2})/([0-9]{4})$');
  return make_date(part[3]::int, part[2]::int, part[1]::int);
exception when datetime_field_overflow or invalid_datetime_format then
  return null;
end
$$;

-- Times without a zone are UTC.
create or replace function pg_temp.adopted_time(v text) returns timestamptz
language plpgsql stable as $$
begin
  if v !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' then
    return null;
  end if;
  return v::timestamptz;
exception when datetime_field_overflow or invalid_datetime_format
            or invalid_parameter_value then
  return null;
end
$$;

do $$
declare
  unknown_columns bigint;
begin
  if to_regclass('bankslips_before_adoption') is null then
    return;
  end if;

  create temporary table adopted on commit drop as
  select j ->> 'debt_id' as debt_id,
         pg_temp.adopted_amount(j ->> 'debt_amount') as debt_amount,
         pg_temp.adopted_date(j ->> 'debt_due_date') as debt_due_date,
         lower(coalesce(j ->> 'propagated', '')) in ('true', 't', '1', 'yes', 'y', 'on')
           as propagated,
         nullif(j ->> 'bankslip_file', '') as bankslip_file,
         pg_temp.adopted_time(j ->> 'created_at') as created_at,
         pg_temp.adopted_time(j ->> 'updated_on') as updated_on,
         0::bigint as place,
         j
  from (select to_jsonb(o) as j from bankslips_before_adoption o) as rows;

  -- Of equal ids the e-mailed row stays, else the one with a slip, else the oldest.
  update adopted a set place = p.place
  from (select ctid, row_number() over (
          partition by debt_id collate "C"
          order by propagated desc, bankslip_file is null, created_at nulls last, ctid) as place
        from adopted) as p
  where p.ctid = a.ctid;

  insert into bankslips_duplicates (debt_id, reason, original)
  select debt_id,
         case when debt_id is null then 'no debt_id'
              when place > 1 then 'duplicate'
              else 'unreadable value' end,
         j
  from adopted
  where debt_id is null or place > 1
     or (debt_amount is null and j ->> 'debt_amount' is not null)
     or (debt_due_date is null and j ->> 'debt_due_date' is not null)
     or (created_at is null and j ->> 'created_at' is not null)
     or (updated_on is null and j ->> 'updated_on' is not null);

  insert into bankslips (debt_id, name, government_id, email, debt_amount, debt_due_date,
                         bankslip_file, propagated, created_at, updated_on)
  select debt_id, j ->> 'name', j ->> 'government_id', j ->> 'email', debt_amount,
         debt_due_date, bankslip_file, propagated, coalesce(created_at, now()), updated_on
  from adopted
  where debt_id is not null and place = 1
  order by debt_id collate "C";

  select count(*) into unknown_columns
  from pg_attribute
  where attrelid = to_regclass('bankslips_before_adoption') and attnum > 0 and not attisdropped
    and attname not in ('id', 'debt_id', 'name', 'government_id', 'email', 'debt_amount',
                        'debt_due_date', 'bankslip_file', 'propagated', 'created_at',
                        'updated_on');
  -- With columns of its own, or something that depends on it, the old table stays.
  if unknown_columns = 0 then
    begin
      drop table bankslips_before_adoption;
    exception when dependent_objects_still_exist then
      null;
    end;
  end if;
end
$$;

analyze bankslips;
