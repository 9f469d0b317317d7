-- A dead letter is the message as it was: it may have had no key, or no value.
alter table outbox alter column key drop not null, alter column value drop not null;
