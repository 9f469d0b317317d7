-- The topic that an upload's rows were published to; a record of another one that
-- bears its number (a mirrored topic) does not count for it. Null: opened before
-- this was stored, counts for any.
alter table uploads add column topic text;

-- The same as before, but the lock that marks intents is weaker than the one by
-- which an owner holds its own: who reads intents skips those of open transactions,
-- and must not skip one that is only being marked.
create or replace function close_intent(own bigint, of_partition int, last bigint) returns void
language plpgsql as $$
begin
  delete from intents where id = own;
  if own <> 0 and not found then
    raise exception using errcode = 'BSI01',
      message = format('intent %s of partition %s was removed by a newer owner', own, of_partition);
  end if;
  update intents set superseded = true
  where id in (select id from intents
               where partition = of_partition and last_offset <= last and not superseded
                 and (own = 0 or id < own)
               for no key update skip locked);
end
$$;
