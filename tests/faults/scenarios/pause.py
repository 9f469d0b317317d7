"""A worker frozen past its session's end, which then wakes as a zombie."""
import signal
import time

from harness.oracle import judge
from harness.registry import scenario
from harness.stack import until


@scenario("pause.worker", quick=True, together=True)
def frozen_worker(world):
    """SIGSTOP past the session time-out, SIGCONT while another owns the work."""
    # So slow that a look at the database meets a batch that is open.
    world.mocks("--latency-min", "100ms", "--latency-max", "200ms")
    api = world.server("api")
    workers = [world.server("worker"), world.server("worker")]
    rows = world.rows(20_000, 5_000)
    upload = world.upload(api, world.file(rows), rate=world.rows(30_000, 22_000))
    world.wait_settled(200)
    frozen, lost = 0, 0
    while upload.is_alive() and frozen < world.rows(6, 2):
        worker = workers[frozen % 2]
        until(lambda: world.number("select count(*) from intents") > 0, 20, "a batch is open")
        worker.signal(signal.SIGSTOP)
        frozen += 1
        before = world.settled_rows()
        # The session ends after 6 s, the batch's locks with their transaction's time.
        time.sleep(9)
        lost += world.settled_rows() > before
        worker.signal(signal.SIGCONT)
        time.sleep(2)
    upload.taken()
    assert frozen >= world.rows(4, 1) and lost > 0
    result = judge(world, api, rows)
    with open(workers[0].log, encoding="utf-8") as log:
        text = log.read()
    assert "lost" in text or "revoked" in text, "the frozen worker kept its partitions"
    return dict(result, frozen=frozen, others_went_on=lost)


@scenario("pause.api")
def frozen_api(world):
    """A frozen api process: its upload goes on where it was, or is aborted."""
    world.server("worker")
    api = world.server("api")
    rows = world.rows(60_000, 10_000)
    upload = world.upload(api, world.file(rows), rate=1_000_000)
    until(lambda: upload.sent > 500_000, 30, "the upload is under way")
    api.signal(signal.SIGSTOP)
    time.sleep(15)
    api.signal(signal.SIGCONT)
    upload.taken()
    return dict(judge(world, api, rows), frozen=1)
