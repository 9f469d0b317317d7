"""A worker that lives on one side of a cut, longer than lease and session."""
import time

from harness.cluster import BROKERS, DATABASES, seconds_since
from harness.endure import count, endure
from harness.registry import scenario
from harness.stack import until

#: Longer than an intent's lease (30 s) and the session of a member of the group (10 s).
LONG = 50


def zombie(world, cut_from, during, latency="50ms"):
    """The one worker stands on a machine of its own and is cut off."""
    def fault(cluster, fleet, told):
        cut_off, other = fleet.workers
        before = cut_off.settled()
        fleet.strike()
        cluster.cut("client1", *cut_from)
        during(fleet, cut_off, other, told)
        count(told, "settled_by_it_meanwhile", int(cut_off.settled() - before))
        yield
        lost = cluster.heal("client1")
        assert lost > 0, "nothing was sent through the cut"
        count(told, "packets_lost", lost)
        until(lambda: cut_off.ready() and lanes(cut_off) == 3, 60, "it takes part again")
    return endure(world, fault, 2, workers=("client1", None), latency=latency)


def lanes(worker):
    """Partitions that are its own."""
    return len(worker.samples("bankslip_consumer_lag{"))


@scenario("cluster.zombie-without-kafka", needs="cluster")
def without_kafka(world):
    """It has its partitions, as it thinks, and a database that takes what it settles."""
    def during(fleet, cut_off, other, told):
        until(lambda: lanes(other) == 6, 60, "the other worker has taken all partitions")
        count(told, "partitions_taken", 3)
        time.sleep(world.rows(LONG, 35))
        fleet.wait_flow()
    return zombie(world, BROKERS, during)


@scenario("cluster.zombie-without-database", needs="cluster")
def without_database(world):
    """It answers the group and cannot settle. Since the other one can, it gives its partitions
    up, with what it was about, until it has a database again."""
    def during(fleet, cut_off, other, told):
        until(lambda: lanes(other) == 6, 120, "the other worker has all partitions")
        told.setdefault("given_up_after_s", []).append(seconds_since(fleet.struck))
        until(lambda: "has left its group" in (cut_off.unready() or ""), 10,
              lambda: f"/readyz says so: {cut_off.unready()}")
        count(told, "partitions_taken", 3)
        fleet.wait_flow(time.monotonic())
    return zombie(world, DATABASES, during)
