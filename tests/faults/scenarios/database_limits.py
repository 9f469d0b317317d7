"""PostgreSQL at its limits: keys that others hold, deadlocks, a full disk."""
import pathlib
import subprocess
import threading
import time

from harness.oracle import judge
from harness.registry import scenario
from harness.stack import Stack, until

from .database import OURS, ended, loaded


def await_sleep(world):
    """Waits until a foreign session has its keys and waits for us."""
    until(lambda: world.number("select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
                               " and datname = current_database()"), 10,
          "a foreign session holds its keys")


@scenario("database.lock-wait")
def lock_wait(world):
    """Foreign sessions insert and hold keys that our batches want: they wait,
    give up after lock_timeout, and come again."""
    rows = world.rows(6_000, 3_000)
    api = world.server("api")
    file = world.file(rows, conflicts=0, duplicates=0)
    ids = sorted(file.debts)[:: rows // 20]
    values = ",".join(f"('{i}')" for i in ids)
    holder = threading.Thread(target=lambda: world.sql(
        f"begin; insert into bankslips (debt_id) values {values}; select pg_sleep(15); rollback"))
    holder.start()
    await_sleep(world)
    world.server("worker")
    world.upload(api, file).taken()
    waits = until(lambda: world.number(
        f"select count(*) from pg_stat_activity where {OURS} and wait_event = 'transactionid'"), 14,
        "one of our sessions waits for a lock")
    holder.join()
    return dict(judge(world, api, rows), lock_waits=waits)


# Of a key; sessions that begin wait for each other's locks too.
AWAIT_OURS = f"""do $$ begin
  for i in 1..600 loop
    perform pg_stat_clear_snapshot();
    exit when exists (select 1 from pg_stat_activity where {OURS} and wait_event = 'transactionid'
                      and datname = current_database());
    perform pg_sleep(0.05);
  end loop;
end $$"""


@scenario("database.deadlock")
def deadlock(world):
    """A foreign session takes a later key of our batch, waits until we wait for
    it, then wants an earlier key that we have."""
    rows = world.rows(12_000, 3_000)
    api = world.server("api")
    world.upload(api, world.file(rows, conflicts=0, duplicates=0)).taken()
    lanes = {}
    for line in world.messages(world.topic, "%p\t%k\n"):
        partition, _, debt_id = line.partition("\t")
        lanes.setdefault(partition, []).append(debt_id)
    # The first wave may be short: both keys are to be in it.
    first = max(lanes.values(), key=len)[:8]
    low, high = min(first), max(first)
    insert = "insert into bankslips (debt_id) values ('{}')"
    foreign = threading.Thread(target=lambda: world.sql(
        f"begin; {insert.format(high)}; {AWAIT_OURS}; {insert.format(low)}; rollback",
        check=False))
    foreign.start()
    await_sleep(world)
    world.server("worker")
    foreign.join()
    # A backend that has nothing more to do tells what it counted after ten seconds.
    deadlocks = until(lambda: world.number(
        f"select deadlocks from pg_stat_database where datname = '{world.database}'"), 30,
        "a deadlock happened")
    return dict(judge(world, api, rows), deadlocks=deadlocks)


def fill(path):
    """Writes until there is no room."""
    try:
        with open(path, "wb", buffering=0) as filler:
            while filler.write(bytes(65536)) == 65536:
                pass
    except OSError:
        pass


@scenario("database.disk-full", needs="root")
def disk_full(world):
    """PostgreSQL on a small tmpfs that fills up, and gets its room back."""
    home = pathlib.Path(world.folder) / "small"
    disk = home / "postgres"
    disk.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=420m", "tmpfs", str(disk)], check=True)
    small = Stack(home)
    main_port = world.stack.postgres_port
    try:
        small.run("up", "postgres")
        world.stack.postgres_port = small.postgres_port
        small.psql(f"create database {world.database}")
        world.env["POSTGRES_PORT"] = str(small.postgres_port)
        ballast = disk / "ballast"
        api = world.server("api")
        worker = world.server("worker")
        rows = world.rows(60_000, 15_000)
        upload = world.upload(api, world.file(rows), rate=rows * 115 / 10)
        world.wait_settled(rows // 20)
        fill(ballast)
        log = disk / "postgres.log"
        until(lambda: log.exists() and b"No space left" in log.read_bytes(), 60, "the disk is full")
        time.sleep(3)
        ballast.unlink()
        small.start("postgres")
        status = ended(world, api, upload)
        full = log.read_bytes().count(b"No space left")
        assert worker.running()
        return dict(judge(world, api, rows), out_of_space=full, upload_status=status)
    finally:
        for process in world.processes:
            process.kill()
        world.stack.postgres_port = main_port
        small.run("down", "postgres")
        subprocess.run(["umount", "-l", str(disk)], check=False)
