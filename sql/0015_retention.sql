-- How far each partition is settled, written by the transaction that settles it: after
-- the database is restored to an earlier moment, the consumer group goes on from here.
-- A lane is a partition, or -2 - partition in the mail stage, whose group goes by itself.
-- Who settles last is right: a lower offset only means that what is known comes again.
create table settled_offsets (
  topic text,
  lane int,
  next_offset bigint not null,
  noted_at timestamptz not null,
  primary key (topic, lane)
) with (fillfactor = 25);
