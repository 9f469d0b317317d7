-- Who has lost a partition without seeing it, and settles what lies behind, marks the intents
-- of the new owner as superseded. So such an intent tells of e-mails until all of its range
-- was settled anew, by whomever: then each of its rows is at its end, or says itself when its
-- e-mail was tried. Whoever has the partition does that before its committed offset passes.

-- Offsets of the range below this were settled since by others; null: none.
alter table intents add column covered_to bigint;

-- As close_intent(bigint, int[], bigint, boolean), which stays for processes of the version
-- before. From `first` to `last` all is settled; null: that cannot be said.
create function close_intent(own bigint, lanes int[], first bigint, last bigint, spares boolean)
returns void language plpgsql as $$
begin
  delete from intents where id = own;
  if own <> 0 and not found then
    raise exception using errcode = 'BSI01',
      message = format('intent %s of lane %s was removed by a newer owner', own, lanes[1]);
  end if;
  update intents set superseded = superseded or last_offset <= last,
    covered_to = case when first <= coalesce(covered_to, first_offset)
      then greatest(coalesce(covered_to, first_offset), least(last, last_offset) + 1)
      else covered_to end
  where id in (select id from intents
               where partition = any(lanes) and (own = 0 or id < own)
                 and not (spares and fingerprints <> '')
                 and (last_offset <= last and not superseded
                   or coalesce(covered_to, first_offset) between first and least(last, last_offset))
               for no key update skip locked);
end
$$;
