"""Workers that come and go, gently and not."""
import statistics
import time

from harness.flow import Load
from harness.oracle import judge
from harness.registry import scenario
from harness.stack import until


@scenario("rebalance.1-6-1", together=True)
def up_and_down(world):
    """1 to 6 to 1 workers under load; committed offsets never move back."""
    world.mocks("--latency-max", "2ms", boleto=False)
    api = world.server("api")
    rows = world.rows(30_000, 5_000)
    pause = world.rows(5, 1)
    upload = world.upload(api, world.file(rows), rate=world.rows(70_000, 60_000))
    highest, back, asked, changes = {}, 0, 0, 0

    def watch(seconds):
        nonlocal back, asked
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for partition, offset in world.committed().items():
                back += offset < highest.get(partition, -1)
                highest[partition] = max(offset, highest.get(partition, -1))
                asked += 1
            time.sleep(0.2)

    workers = [world.server("worker")]
    for count in (2, 3, 4, 5, 6):
        workers.append(world.server("worker"))
        changes += 1
        watch(pause)
        assert len(workers) == count
    for worker in workers[1:]:
        assert worker.stop()[0] == 0
        changes += 1
        watch(pause)
    upload.taken()
    result = judge(world, api, rows)
    assert back == 0, f"committed offsets moved back {back} times"
    return dict(result, rebalances=changes, offsets_watched=asked)


class Lanes:
    """When the committed offset of each partition was seen to grow."""

    def __init__(self, world):
        self.world = world
        self.seen = world.committed()
        self.grown = dict.fromkeys(self.seen, time.monotonic())

    def longest_gaps(self, seconds):
        """The longest time without growth of each partition, during the next `seconds`."""
        end = time.monotonic() + seconds
        gaps = dict.fromkeys(self.seen, 0.0)
        while time.monotonic() < end:
            for partition, offset in self.world.committed().items():
                now = time.monotonic()
                if offset > self.seen[partition]:
                    self.seen[partition], self.grown[partition] = offset, now
                gaps[partition] = max(gaps[partition], now - self.grown[partition])
            time.sleep(0.03)
        return sorted(gaps.values())


@scenario("rebalance.pauses")
def pauses(world):
    """How long lanes stand still while one of six workers joins, leaves, is killed, or comes
    back under its name; the median and the longest of twelve partitions, in ms. Those of the
    killed one, whom the group misses only after its session, are told apart."""
    world.mocks("--latency-max", "2ms", boleto=False)
    world.partitions, world.env["TOPIC_PARTITIONS"] = 12, "12"
    world.env["KAFKA_OPTIONS"] = ""
    # Small chunks, so that each lane always has rows.
    api = world.server("api", CHUNK_SIZE="50")
    names = {f"named-{n}": world.server("worker", WORKERS="1", KAFKA_INSTANCE_ID=f"named-{n}")
             for n in range(5)}
    load = Load(world, [api], 600, world.rows(6_000, 3_000))
    world.wait_settled(2_000)
    lanes, result = Lanes(world), {}

    def measure(what, happens, seconds, own=0):
        until(lambda: world.lag() < 1_000, 60, "the lanes keep up")
        lanes.grown = dict.fromkeys(lanes.grown, time.monotonic())
        happens()
        gaps = [round(1000 * gap) for gap in lanes.longest_gaps(seconds)]
        others = gaps[:len(gaps) - own]
        assert others[-1] < 3_000, f"{what}: others stood still, too: {gaps}"
        result[what] = (round(statistics.median(others)), others[-1], *gaps[len(others):][:1])

    def come_back(how):
        named = names["named-0"]
        how(named)
        named.start()

    measure("quiet_ms", lambda: None, 6)
    sixth = world.server("worker", start=False, WORKERS="1")
    measure("joins_ms", lambda: sixth.start(wait=False), 10)
    measure("leaves_ms", sixth.stop, 10)
    sixth.start()
    measure("is_killed_ms", sixth.kill, 18, own=2)
    measure("named_restarts_ms", lambda: come_back(lambda w: w.stop()), 10)
    measure("named_is_killed_and_back_ms", lambda: come_back(lambda w: w.kill()), 10)
    load.finish()
    return dict(judge(world, api, load.rows), **result)
