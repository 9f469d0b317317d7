"""Processes that are killed and stopped while rows go through them."""
import time

from harness.oracle import judge
from harness.registry import scenario
from harness.stack import until
from harness.upload import Upload


def bounce_workers(world, rows, rate, rounds=3, **env):
    """Kills each of 3 workers `rounds` times, then all at once."""
    api = world.server("api")
    workers = [world.server("worker", **{k: v.format(n) for k, v in env.items()})
               for n in range(3)]
    upload = world.upload(api, world.file(rows), rate=rate)
    world.wait_settled(rows // 50)
    in_mid_work = 0
    for _ in range(rounds):
        for worker in workers:
            time.sleep(0.7)
            in_mid_work += world.settled_rows() < rows * 0.95
            assert worker.kill()
            worker.start(wait=False)
    for worker in workers:
        worker.wait_ready()
    in_mid_work += world.settled_rows() < rows * 0.95
    for worker in workers:
        worker.kill()
    for worker in workers:
        worker.start()
    upload.taken()
    kills = sum(w.kills for w in workers)
    assert kills == 3 * rounds + 3
    assert in_mid_work > 3 * rounds // 2, f"only {in_mid_work} kills fell into the work"
    return dict(judge(world, api, rows), kills=kills, in_mid_work=in_mid_work)


@scenario("bounce.workers")
def workers(world):
    """3 workers, built-in services, sheer volume."""
    return bounce_workers(world, world.rows(150_000, 30_000), rate=700_000)


@scenario("bounce.workers-mailing", quick=True)
def workers_mailing(world):
    """3 workers that call services whose ledger counts the e-mails; static
    members of the group, so that a restart takes its partitions at once."""
    world.mocks("--latency-min", "1ms", "--latency-max", "5ms")
    rows = world.rows(20_000, 5_000)
    result = bounce_workers(world, rows, rate=world.rows(100_000, 60_000),
                            rounds=world.rows(3, 1), KAFKA_INSTANCE_ID="member-{}")
    assert result["emails"] == result["emailed"]
    return result


@scenario("bounce.sigterm", quick=True)
def sigterm(world):
    """SIGTERM under load ends in time, with nothing left open: the next process
    repeats nothing."""
    world.mocks(boleto=False)
    rows = world.rows(20_000, 4_000)
    api = world.server("api")
    worker = world.server("worker")
    upload = world.upload(api, world.file(rows), rate=world.rows(200_000, 100_000))
    stops, slowest = 0, 0.0
    while upload.is_alive():
        world.wait_settled(world.settled_rows() + 200)
        status, seconds = worker.stop()
        assert status == 0, f"SIGTERM: exit status {status}"
        stops, slowest = stops + 1, max(slowest, seconds)
        left = world.number("select count(*) from intents")
        assert left == 0, f"{left} intents after a graceful stop"
        worker.start()
        time.sleep(0.5)
    upload.taken()
    result = dict(judge(world, api, rows), stops=stops, slowest_stop_s=round(slowest, 1))
    assert slowest < 20 and stops >= 2
    assert result["email_calls"] == result["emails"], "a graceful stop repeated calls"
    return result


@scenario("bounce.sigterm-slow-service", together=True)
def sigterm_slow_service(world):
    """SIGTERM while batches are under way that a slow service needs longer for than
    the stop may take: it ends between two waves, nothing is in doubt or repeated."""
    world.mocks("--latency-min", "3s", "--latency-max", "3s", boleto=False)
    rows = 3_000
    server = world.server("all", SHUTDOWN_TIMEOUT="12s")
    upload = world.upload(server, world.file(rows))
    upload.taken()
    world.wait_settled(100)
    status, seconds = server.stop()
    assert status == 0 and seconds < 12, f"exit status {status} after {seconds:.1f} s"
    left = world.number("select count(*) from intents")
    assert left == 0, f"{left} intents after a graceful stop"
    unsettled = rows - world.settled_rows()
    assert unsettled > rows // 3, f"only {unsettled} rows were left"
    server.start()
    result = judge(world, server, rows, seconds=240)
    assert result["email_calls"] == result["emails"], "a graceful stop repeated calls"
    return dict(result, stops=1, stop_s=round(seconds, 1), rows_left=unsettled)


@scenario("bounce.sigterm-upload")
def sigterm_upload(world):
    """SIGTERM of the api process: a short upload ends with 201, one that would
    take too long with 503; what was published is settled."""
    worker = world.server("worker")
    api = world.server("api", SHUTDOWN_TIMEOUT="12s")
    short = world.upload(api, world.file(3_000), rate=50_000)
    long = world.upload(api, world.file(80_000), rate=200_000)
    until(lambda: short.sent > 130_000 and long.sent > 600_000, 30, "both uploads are under way")
    status, seconds = api.stop()
    short.join(20)
    long.join(20)
    assert short.status == 201, f"the short upload ended with {short.status} {short.error}"
    assert long.status == 503, f"the long upload ended with {long.status} {long.error}"
    assert status == 0 and seconds < 12, f"exit status {status} after {seconds:.1f} s"
    api.start()
    return dict(judge(world, api, 3_000), stopped_uploads=1, stop_s=round(seconds, 1),
                worker_alive=worker.running())


@scenario("bounce.api", quick=True, together=True)
def api_killed(world):
    """kill -9 of the api process in mid-upload: the upload ends as aborted and
    what was published is settled. The same file again is all duplicates."""
    world.server("worker")
    api = world.server("api")
    file = world.file(world.rows(40_000, 8_000))
    times = world.rows(3, 1)
    for _ in range(times):
        upload = world.upload(api, file, rate=world.rows(500_000, 200_000))
        until(lambda: upload.sent > 300_000, 60, "the upload is under way")
        api.kill()
        upload.join(20)
        assert upload.status == 0, f"an answer of a dead process: {upload.status}"
        api.start()
    world.upload(api, file).taken()
    result = judge(world, api, file.accepted)
    aborted = [u for u in api.get("/uploads?limit=100") if u["state"] == "aborted"]
    assert len(aborted) == times, f"{len(aborted)} aborted uploads of {times}"
    return dict(result, kills=api.kills, rows_of_aborted=sum(u["accepted"] for u in aborted))


@scenario("bounce.all", together=True)
def all_in_one(world):
    """kill -9 of the one process that does everything, in mid-upload."""
    world.mocks(boleto=False)
    server = world.server("all")
    rows = world.rows(10_000, 3_000)
    file = world.file(rows)
    upload = Upload(server.port, file, rate=world.rows(300_000, 200_000))
    world.uploads.append(upload)
    until(lambda: upload.sent > 150_000, 60, "the upload is under way")
    world.wait_settled(100)
    server.kill()
    upload.join(20)
    server.start()
    world.upload(server, file).taken()
    return dict(judge(world, server, rows), kills=server.kills)


@scenario("bounce.ready", quick=True)
def ready_means_ready(world):
    """From the first 200 of /readyz on, an upload is taken."""
    file = world.file(50)
    for _ in range(5):
        api = world.server("api")
        world.upload(api, file).taken()
        api.kill()
    server = world.server("all")
    return dict(judge(world, server, 250), kills=5)
