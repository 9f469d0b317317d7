"""PostgreSQL loses backends, itself, its disk's space; its connections are cut."""
import os
import pathlib
import signal
import subprocess
import threading
import time

from harness.oracle import judge
from harness.proxy import Proxy
from harness.registry import scenario
from harness.stack import Stack, until

OURS = "application_name = 'bankslip' and pid <> pg_backend_pid()"


def loaded(world, full, quick, rate=None, **env):
    """An api, a worker, and a file on its way."""
    rows = world.rows(full, quick)
    api = world.server("api", **env)
    worker = world.server("worker", **env)
    upload = world.upload(api, world.file(rows), rate=rate or rows * 115 / world.rows(12, 5))
    world.wait_settled(rows // 20)
    return api, worker, upload, rows


def ended(world, api, upload, seconds=200):
    """The upload's end: 201, or 503 and the same file again."""
    upload.join(seconds)
    assert upload.status in (201, 503), f"upload: {upload.status} {upload.error}"
    if upload.status == 503:
        api.wait_ready()
        world.upload(api, upload.file).taken()
    return upload.status


@scenario("database.terminated", quick=True)
def terminated(world):
    """pg_terminate_backend of our sessions, again and again."""
    world.mocks("--latency-max", "2ms", boleto=False)
    api, _, upload, rows = loaded(world, 20_000, 5_000)
    ended_backends = 0
    while upload.is_alive():
        ended_backends += world.number(
            f"select count(pg_terminate_backend(pid)) from pg_stat_activity where {OURS} "
            f"and datname = '{world.database}' and random() < 0.5")
        time.sleep(0.5)
    status = ended(world, api, upload)
    assert ended_backends >= 5
    return dict(judge(world, api, rows), ended_backends=ended_backends, upload_status=status)


@scenario("database.backend-killed", quick=True)
def backend_killed(world):
    """kill -9 of a backend: the postmaster ends them all and recovers."""
    api, _, upload, rows = loaded(world, 60_000, 15_000)
    kills = 0
    for _ in range(world.rows(3, 1)):
        pids = until(lambda: world.sql(
            f"select pid from pg_stat_activity where {OURS} and datname = '{world.database}' "
            "and xact_start is not null", check=False), 30, "a backend of ours is at work")
        try:
            os.kill(int(pids[0]), signal.SIGKILL)
            kills += 1
        except ProcessLookupError:
            pass
        time.sleep(2)
    status = ended(world, api, upload)
    assert kills > 0
    return dict(judge(world, api, rows), kills=kills, upload_status=status)


@scenario("database.postmaster-killed", quick=True)
def postmaster_killed(world):
    """kill -9 of the postmaster, restart, crash recovery."""
    world.mocks("--latency-max", "2ms", boleto=False)
    api, _, upload, rows = loaded(world, 15_000, 4_000)
    kills = 0
    for _ in range(world.rows(2, 1)):
        world.stack.kill_postmaster()
        kills += 1
        time.sleep(1)
        world.stack.start_postgres()
        time.sleep(2)
    status = ended(world, api, upload)
    return dict(judge(world, api, rows), kills=kills, upload_status=status)


@scenario("database.stopped")
def stopped(world):
    """No PostgreSQL for 60 s (quick: 5); /readyz says so."""
    api, worker, upload, rows = loaded(world, 60_000, 10_000)
    world.stack.run("down", "postgres")
    until(lambda: not api.ready() and not worker.ready(), 30, "/readyz says that it is away")
    time.sleep(world.rows(60, 5))
    world.stack.start_postgres()
    status = ended(world, api, upload)
    return dict(judge(world, api, rows), outages=1, upload_status=status)


@scenario("database.cut-in-commit", quick=True)
def cut_in_commit(world):
    """A proxy cuts the connection once COMMIT was sent: half of the time before
    the server has it, half of the time after, with the answer lost."""
    world.mocks("--latency-max", "2ms", boleto=False)
    with Proxy(world.stack.postgres_port, every=world.rows(4, 3)) as proxy:
        worker = world.server("worker", POSTGRES_PORT=str(proxy.port),
                              POSTGRES_OPTIONS="sslmode=disable")
        api = world.server("api")
        rows = world.rows(20_000, 4_000)
        world.upload(api, world.file(rows), rate=world.rows(200_000, 100_000)).taken()
        until(lambda: world.lag() == 0, 200, "all is settled")
        cut_before, cut_after = proxy.cut_before, proxy.cut_after
        proxy.every = 0
        assert worker.running()
        result = judge(world, api, rows)
    assert cut_before > 0 and cut_after > 0, f"cuts: {cut_before} before, {cut_after} after"
    return dict(result, cut_before=cut_before, cut_after=cut_after)


def hold_locks(world, ids, seconds):
    """A foreign session that holds row locks for a while."""
    quoted = ",".join(f"'{i}'" for i in ids)
    world.sql(f"begin; select 1 from bankslips where debt_id in ({quoted}) order by debt_id "
              f"for update; select pg_sleep({seconds}); commit")


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
    time.sleep(1)
    world.server("worker")
    world.upload(api, file).taken()
    waits = until(lambda: world.number(
        f"select count(*) from pg_stat_activity where {OURS} and wait_event_type = 'Lock'"), 14,
        "one of our sessions waits for a lock")
    holder.join()
    return dict(judge(world, api, rows), lock_waits=waits)


@scenario("database.deadlock")
def deadlock(world):
    """Foreign sessions lock the same rows in the other order."""
    rows = world.rows(6_000, 2_000)
    api = world.server("api")
    file = world.file(rows, conflicts=0, duplicates=0)
    worker = world.server("worker", EMAIL_URL=f"http://127.0.0.1:{world.stack.postgres_port}")
    world.upload(api, file).taken()
    # No e-mail goes out to such a service: all rows end as generated and go on later.
    until(lambda: world.number("select count(*) from bankslips") >= rows * 0.9 or
          world.lag() > 0, 30, "rows are stored")
    worker.kill()
    until(lambda: not worker.running(), 5, "the worker is gone")
    ids = sorted(file.debts)
    low, high = ids[len(ids) // 4], ids[3 * len(ids) // 4]
    stop = threading.Event()
    before = world.number(f"select deadlocks from pg_stat_database where datname = "
                          f"'{world.database}'")

    def cross():
        while not stop.is_set():
            for table_order in ((high, low), (low, high)):
                world.sql("begin; set local lock_timeout = '5s'; insert into bankslips (debt_id) "
                          f"values ('{table_order[0]}') on conflict do nothing; "
                          f"select 1 from bankslips where debt_id = '{table_order[0]}' for update; "
                          "select pg_sleep(0.2); "
                          f"select 1 from bankslips where debt_id = '{table_order[1]}' for update; "
                          "rollback", check=False)

    crossing = [threading.Thread(target=cross) for _ in range(3)]
    for thread in crossing:
        thread.start()
    world.server("worker")
    time.sleep(world.rows(20, 8))
    stop.set()
    for thread in crossing:
        thread.join()
    deadlocks = world.number(f"select deadlocks from pg_stat_database where datname = "
                             f"'{world.database}'") - before
    assert deadlocks > 0, "no deadlock happened"
    return dict(judge(world, api, rows), deadlocks=deadlocks)


@scenario("database.disk-full")
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
        free = os.statvfs(disk)
        with open(ballast, "wb") as filler:
            filler.write(bytes(max(free.f_bavail * free.f_frsize - 4096, 0)))
        log = disk / "postgres.log"
        until(lambda: log.exists() and b"No space left" in log.read_bytes(), 60, "the disk is full")
        time.sleep(3)
        ballast.unlink()
        small.start_postgres()
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
