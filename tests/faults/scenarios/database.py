"""PostgreSQL loses backends and itself; its connections are cut."""
import os
import signal
import time

from harness.oracle import judge
from harness.proxy import Proxy
from harness.registry import scenario
from harness.stack import until

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


@scenario("database.backend-killed")
def backend_killed(world):
    """kill -9 of a backend: the postmaster ends them all and recovers."""
    api, _, upload, rows = loaded(world, 60_000, 15_000)
    kills = 0

    def at_work():
        pids = world.sql(f"select pid from pg_stat_activity where {OURS} and datname = "
                         f"'{world.database}' and xact_start is not null", check=False)
        # The upload may have ended with 503, and all that it left be settled.
        return pids or not upload.is_alive()

    for _ in range(world.rows(3, 1)):
        pids = until(at_work, 30, "a backend of ours is at work")
        if pids is True:
            break
        try:
            os.kill(int(pids[0]), signal.SIGKILL)
            kills += 1
        except ProcessLookupError:
            pass
        time.sleep(2)
    status = ended(world, api, upload)
    assert kills > 0
    return dict(judge(world, api, rows), kills=kills, upload_status=status)


@scenario("database.postmaster-killed")
def postmaster_killed(world):
    """kill -9 of the postmaster, restart, crash recovery."""
    world.mocks("--latency-max", "2ms", boleto=False)
    api, _, upload, rows = loaded(world, 15_000, 4_000)
    kills = 0
    for _ in range(world.rows(2, 1)):
        world.stack.kill_postmaster()
        kills += 1
        time.sleep(1)
        world.stack.start("postgres")
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
    world.stack.start("postgres")
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
