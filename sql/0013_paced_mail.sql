-- E-mails as a stage of their own. Its lanes have the numbers below -1 in `intents` and
-- `upload_progress`: -2 - partition.

-- As close_intent(bigint, int, bigint), for several lanes: that of the batch and, in the
-- mail stage, that of the slips, whose intents it has weighed. With `spares` those that
-- name attempts are left alone: they tell the mail stage of e-mails that may have gone out.
create function close_intent(own bigint, lanes int[], last bigint, spares boolean) returns void
language plpgsql as $$
begin
  delete from intents where id = own;
  if own <> 0 and not found then
    raise exception using errcode = 'BSI01',
      message = format('intent %s of lane %s was removed by a newer owner', own, lanes[1]);
  end if;
  update intents set superseded = true
  where id in (select id from intents
               where partition = any(lanes) and last_offset <= last and not superseded
                 and (own = 0 or id < own) and not (spares and fingerprints <> '')
               for no key update skip locked);
end
$$;
