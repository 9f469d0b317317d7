"""A program that ends itself at a named place, in the midst of its work."""
import collections
import time

from harness.oracle import judge
from harness.registry import scenario

STATUS = 99
API_POINTS = ("parse", "produce", "delivery_report")
WORKER_POINTS = ("check", "intent", "slips", "write", "emails", "finish", "settled",
                 "offset_commit")


class Crasher:
    """A process that ends at one place and is started again, `times` times."""

    def __init__(self, world, role, point, times, **env):
        self.point, self.times, self.hits = point, times, 0
        self.process = world.server(role, start=False, program=world.crash_program, **env)
        self.begin()

    def begin(self):
        # Not always the first passage: what came before it is settled.
        self.process.env["CRASH_POINT"] = f"{self.point}:{1 + self.hits % 3}"
        self.process.start(wait=False)

    def step(self):
        """Counts a crash and starts again. False: still running, or enough."""
        if self.hits >= self.times or self.process.running():
            return False
        status = self.process.child.returncode
        assert status == STATUS, f"{self.point}: exit status {status}: {self.process.log_tail()}"
        self.hits += 1
        if self.hits < self.times:
            self.begin()
        return True


def crash_workers(world, api, points, times, rows):
    """A worker for each of `points`, all in one group at the same time. Static
    members, so that each comes back to its partitions, and to its leases."""
    crashers = [Crasher(world, "worker", point, times, WORKERS="2", KAFKA_INSTANCE_ID=point)
                for point in points]
    deadline = time.monotonic() + 60 + 20 * times
    while any(c.hits < c.times for c in crashers):
        for one in crashers:
            one.step()
        if world.lag() < 3 * rows:
            world.upload(api, world.file(rows)).taken()
        time.sleep(0.1)
        assert time.monotonic() < deadline, \
            "crashes so far: " + ", ".join(f"{c.point} {c.hits}" for c in crashers)
    return {c.point: c.hits for c in crashers}


def crash_apis(world, points, times, rows):
    """An api for each of `points`, which ends during every upload."""
    hits = collections.Counter()
    for point in points:
        one = Crasher(world, "api", point, times, CHUNK_SIZE="100")
        file = world.file(rows)
        while one.hits < times:
            one.process.wait_ready()
            upload = world.upload(one.process, file)
            upload.join(60)
            one.process.child.wait(20)
            assert upload.status == 0, f"{point}: an answer of a dead process: {upload.answer}"
            assert one.step()
        hits[point] = one.hits
    return hits


def at_points(world, points, times, rows):
    world.partitions = 24
    world.env["TOPIC_PARTITIONS"] = "24"
    world.mocks("--latency-max", "3ms")
    worker = world.server("worker")
    hits = dict(crash_apis(world, [p for p in points if p in API_POINTS], times, rows))
    worker.stop()
    api = world.server("api")
    hits.update(crash_workers(world, api, [p for p in points if p in WORKER_POINTS], times, rows))
    world.server("worker")
    # A row at which its process died again and again is given up as in doubt.
    result = judge(world, api, rows, in_doubt=sum(hits.values()))
    assert all(count == times for count in hits.values()), f"{hits}"
    return dict(result, crashes=sum(hits.values()), points=len(hits))


@scenario("crash-points.all", needs="crash", together=True)
def every_point(world):
    """Each of 11 places 20 times."""
    return at_points(world, API_POINTS + WORKER_POINTS, world.rows(20, 3), 600)


@scenario("crash-points.few", quick=True, needs="crash", together=True)
def few_points(world):
    """The places around the e-mail, a few times."""
    return at_points(world, ("delivery_report", "intent", "emails", "finish"), 2, 500)
