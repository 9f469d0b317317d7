"""More processes and partitions, and other versions, while work goes on."""
import subprocess

from harness import kafka_wire
from harness.oracle import judge
from harness.registry import scenario
from harness.stack import until


@scenario("scale.out")
def out(world):
    """1 to 4 workers, 1 to 2 api processes, 6 to 12 partitions, while files come in."""
    world.mocks("--latency-max", "2ms", boleto=False)
    world.env["KAFKA_OPTIONS"] += ";topic.metadata.refresh.interval.ms=1000"
    apis, rows = [world.server("api")], world.rows(30_000, 6_000)
    workers = [world.server("worker", WORKERS="1")]
    first = world.upload(apis[0], world.file(rows), rate=world.rows(300_000, 150_000))
    world.wait_settled(rows // 10)
    workers += [world.server("worker", WORKERS="1") for _ in range(3)]
    kafka_wire.widen(world.stack.brokers, world.topic, 12)
    world.partitions = 12
    apis.append(world.server("api"))
    second = world.upload(apis[1], world.file(rows))
    second.taken(), first.taken()
    result = judge(world, apis[1], 2 * rows)
    done = world.committed()
    assert all(done[p] > 0 for p in range(12)), f"a partition was left out: {done}"
    until(lambda: all(w.metric("bankslip_consumer_lag") == 0 for w in workers), 30, "no lag")
    assert all(w.metric('bankslip_rows_total{outcome="emailed"}') > 0 for w in workers), \
        "a worker had nothing to do"
    return dict(result, workers=len(workers), apis=len(apis), partitions=12)


class Fleet:
    """Two api and two worker processes that are replaced one by one under load."""

    def __init__(self, world, program):
        self.world = world
        self.apis = [world.server("api", program=program) for _ in range(2)]
        self.workers = [self.worker(program, i) for i in range(2)]
        self.replaced = 0

    def worker(self, program, number):
        return self.world.server("worker", program=program, KAFKA_INSTANCE_ID=f"worker-{number}")

    def load(self, api):
        rows = self.world.rows(20_000, 3_000)
        return self.world.upload(api, self.world.file(rows), rate=self.world.rows(250_000, 60_000))

    def retire(self, process):
        status, _ = process.stop()
        assert status == 0, f"a {process.role} ended with {status}: {process.log_tail()}"
        self.replaced += 1

    def turn_into(self, program):
        """A file comes in by the one api while the other one and the workers are replaced."""
        world, load = self.world, self.load(self.apis[0])
        for number, worker in enumerate(self.workers):
            self.retire(worker)
            self.workers[number] = self.worker(program, number)
        self.retire(self.apis[1])
        self.apis[1] = world.server("api", program=program)
        load.taken()
        next_load = self.load(self.apis[1])
        self.retire(self.apis[0])
        self.apis[0] = world.server("api", program=program)
        next_load.taken()


@scenario("scale.upgrade", needs="previous")
def upgrade(world):
    """From the version before to this one and back, process by process, while files come in."""
    world.mocks("--latency-max", "2ms", boleto=False)
    fleet = Fleet(world, world.previous_program)
    subprocess.run([world.program, "migrate"], env=world.env, check=True, timeout=120,
                   stderr=subprocess.DEVNULL)
    fleet.turn_into(world.program)
    fleet.turn_into(world.previous_program)
    result = judge(world, fleet.apis[0], 4 * world.rows(20_000, 3_000))
    return dict(result, replaced=fleet.replaced)
