"""One fault after another on a cluster, while rows go through it at a steady pace."""
import time

from .flow import Load, Positions, Progress, middle
from .oracle import judge
from .stack import until

#: Rows a second: what is measured is a stall, not a rate.
PACE = 300


class Fleet:
    """Api processes, workers, and services whose e-mails are counted, with rows under way.
    `workers`: the node of each; None: the machine itself."""

    def __init__(self, world, workers=(None, None), apis=1, latency="3ms"):
        self.world, self.cluster = world, world.stack
        # Everybody reaches them, whatever is cut off.
        world.mocks("--latency-max", latency, boleto=False)
        world.env["EMAIL_URL"] = \
            f"http://{self.cluster.address('here')}:{world.mocks_running.email}"
        # Small chunks, since the rows of one are published together.
        self.apis = [world.server("api", CHUNK_SIZE="50") for _ in range(apis)]
        self.workers = [world.server("worker", on=node) for node in workers]
        self.positions = Positions(world)
        self.progress = Progress(self.workers)
        self.load = Load(world, self.apis, PACE, world.rows(3_000, 900))
        until(lambda: self.progress.total > PACE, 60, "rows are settled")
        self.wait_flow(time.monotonic())
        self.began = self.struck = time.monotonic()

    def strike(self):
        """Now something is done to them."""
        self.struck = time.monotonic()

    def wait_flow(self, since=None, seconds=120):
        """Until rows are settled again without a stall, after `since` or the strike."""
        since = since or self.struck
        def flows():
            if self.load.error:
                raise self.load.error
            return self.progress.flows(since)
        until(flows, seconds, lambda: f"rows are settled again; {self.why_not()}")

    def why_not(self):
        return "; ".join(f"{p.role}: {p.unready()}" for p in self.apis + self.workers)

    def end(self, told, in_doubt=0):
        """The oracle's word on everything."""
        self.load.finish()
        stall = self.progress.longest(self.began)
        result = judge(self.world, self.apis[0], self.load.rows, seconds=240, in_doubt=in_doubt)
        self.progress.stop()
        self.positions.stop()
        return dict(result, sent_again=self.load.sent_again, longest_stall_s=round(stall, 1),
                    positions_watched=self.positions.asked, **told)


def endure(world, fault, rounds=3, in_doubt=0, **fleet):
    """`fault(cluster, fleet, told)` injects, proves that it happened, yields while it lasts, and
    takes it back; `told` is what it counted. The time to recover is that from the strike to the
    end of the last stall that began while the fault lasted."""
    told, recoveries = {}, []
    fleet = Fleet(world, **fleet)
    for _ in range(world.options.repeat or world.rows(rounds, 1)):
        playing = fault(world.stack, fleet, told)
        next(playing)
        ended = time.monotonic()
        for _ in playing:
            raise AssertionError("a fault yields once")
        fleet.wait_flow(ended)
        recoveries.append(fleet.progress.recovery(fleet.struck, ended))
    return dict(fleet.end(told, in_doubt), times=len(recoveries), recovered_s=middle(recoveries),
                slowest_s=round(max(recoveries), 1))


def count(told, what, n=1):
    told[what] = told.get(what, 0) + n
