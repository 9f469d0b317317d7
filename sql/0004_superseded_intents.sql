-- Whoever settles a range may not remove the intents of others that lie below it
-- at once: one who has lost the partition may still send under his, and what he
-- sent would leave no trace. They are marked, and removed once their lease is
-- over and no transaction holds them.
alter table intents add column superseded boolean not null default false;

-- Removes a batch's own intent, which must be there, and marks the older ones of
-- its partition that end at or before `last`. Raises BSI01 when it is gone.
-- `own` 0: the batch started nothing and has none.
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
               for update skip locked);
end
$$;
