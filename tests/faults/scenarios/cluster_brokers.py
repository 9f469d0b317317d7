"""Three brokers, topics of three replicas: each way to lose one, or too many, under load."""
import re
import subprocess
import time

from harness import kafka_wire
from harness.cluster import BROKERS
from harness.endure import Fleet, count, endure
from harness.oracle import check_ledger, check_rows, stored
from harness.registry import scenario
from harness.stack import until


def partitions(world, cluster, besides=None):
    """Those of the topic of debts, as a broker tells that is not `besides`."""
    asked = [(cluster.address(b), 9092) for b in BROKERS if b != besides]
    return kafka_wire.metadata(asked, world.topic)[1]


def busiest(world, cluster):
    """The broker that leads most partitions, and which."""
    leads = {}
    for number, partition in partitions(world, cluster).items():
        leads.setdefault(partition.leader, []).append(number)
    leader = max(leads, key=lambda b: len(leads[b]))
    return f"kafka{leader}", leads[leader]


def led_by_others(world, cluster, broker, led, told):
    """Waits until each has another leader: the proof that the cluster gave the broker up."""
    def moved():
        try:
            now = partitions(world, cluster, besides=broker)
        except OSError:
            return False
        return all(now[p].leader not in (-1, int(broker[-1])) for p in led)
    until(moved, 60, f"the partitions of {broker} have other leaders")
    count(told, "leaders_moved", len(led))


def in_sync(world, cluster, seconds=120):
    """Waits until every partition has its three replicas in sync."""
    def whole():
        try:
            return all(len(p.isr) == 3 for p in partitions(world, cluster).values())
        except OSError:
            return False
    until(whole, seconds, "all replicas are in sync")


def losing_the_leader(world, lose, give_back):
    def fault(cluster, fleet, told):
        in_sync(world, cluster)
        broker, led = busiest(world, cluster)
        fleet.strike()
        lose(cluster, broker)
        led_by_others(world, cluster, broker, led, told)
        fleet.wait_flow()
        yield
        dropped = give_back(cluster, broker)
        if dropped is not None:
            assert dropped > 0, "nothing was sent through the cut"
            count(told, "packets_lost", dropped)
        in_sync(world, cluster)
    return endure(world, fault)


@scenario("cluster.leader-killed", needs="cluster")
def leader_killed(world):
    """kill -9 of the broker that leads most partitions."""
    return losing_the_leader(world, lambda c, b: c.kill(b), lambda c, b: c.start(b))


@scenario("cluster.leader-paused", needs="cluster")
def leader_paused(world):
    """It freezes beyond its session, others lead, it wakes and thinks that it leads."""
    return losing_the_leader(world, lambda c, b: c.pause(b), lambda c, b: c.resume(b))


@scenario("cluster.leader-cut", needs="cluster")
def leader_cut(world):
    """It is cut off from the other brokers, and goes on answering us."""
    def cut(cluster, broker):
        cluster.cut(broker, *(b for b in BROKERS if b != broker))
    return losing_the_leader(world, cut, lambda c, b: c.heal(b))


@scenario("cluster.leader-unreachable", needs="cluster")
def leader_unreachable(world):
    """It is cut off from us only: the cluster sees no fault and elects nobody."""
    def fault(cluster, fleet, told):
        in_sync(world, cluster)
        broker, led = busiest(world, cluster)
        fleet.strike()
        cluster.cut(broker, "here")
        time.sleep(world.rows(20, 8))
        now = partitions(world, cluster, besides=broker)
        assert all(now[p].leader == int(broker[-1]) for p in led), "the cluster saw the cut"
        yield
        lost = cluster.heal(broker)
        assert lost > 0, "nothing was sent through the cut"
        count(told, "packets_lost", lost)
    return endure(world, fault)


@scenario("cluster.too-few-in-sync", needs="cluster")
def too_few_in_sync(world):
    """Nothing is replicated any more: the leaders are alone in sync, and must refuse. The
    program made the topic so (min.insync.replicas)."""
    def fault(cluster, fleet, told):
        in_sync(world, cluster)
        fleet.strike()
        for broker in BROKERS:
            cluster.cut(broker, *(b for b in BROKERS if b != broker), port=9092)

        def alone():
            return all(len(p.isr) == 1 for p in partitions(world, cluster).values())
        until(alone, 90, "every leader is alone in sync")
        before = sum(world.log_end().values())
        time.sleep(world.rows(10, 5))
        written = sum(world.log_end().values()) - before
        assert written == 0, f"{written} records were taken by leaders alone"
        count(told, "leaders_alone", len(partitions(world, cluster)))
        yield
        count(told, "packets_lost", sum(map(cluster.heal, BROKERS)))
        in_sync(world, cluster)
    return endure(world, fault, rounds=2)


@scenario("cluster.two-brokers-away", needs="cluster")
def two_away(world):
    """kill -9 of two brokers at once: the third has no majority and waits with us."""
    def fault(cluster, fleet, told):
        in_sync(world, cluster)
        fleet.strike()
        for broker in BROKERS[:2]:
            cluster.kill(broker)
        time.sleep(world.rows(20, 10))
        count(told, "brokers_lost", 2)
        yield
        cluster.start(*BROKERS[:2])
        in_sync(world, cluster)
    return endure(world, fault, rounds=2)


@scenario("cluster.rolling-restart", needs="cluster")
def rolling_restart(world):
    """Each broker is stopped in order and started again, as for an upgrade."""
    def fault(cluster, fleet, told):
        fleet.strike()
        for broker in BROKERS:
            in_sync(world, cluster)
            cluster.run("down", broker)
            cluster.run("up", broker)
            count(told, "restarts")
        in_sync(world, cluster)
        yield
    return endure(world, fault, rounds=1)


def given_up(worker):
    """Partitions whose records the brokers have lost, as /readyz names them."""
    return {int(p) for p in re.findall(r"records (\d+): [^;]* offsets are gone",
                                       worker.unready() or "")}


@scenario("cluster.unclean-election", needs="cluster")
def unclean_election(world):
    """A broker that lacks the last records is made leader on purpose: acknowledged and settled
    rows are gone from the log. Each such partition stops and is named; after the steps of
    docs/OPERATIONS.md and the file sent again every row is settled, none mailed again."""
    cluster = world.stack
    world.env["TOPIC_REPLICATION"] = "2"
    fleet = Fleet(world)
    fleet.load.finish()
    kafka_wire.configure(cluster.brokers, world.topic, unclean_leader_election_enable="true")
    until(lambda: world.lag() == 0, 60, "all is settled")
    hit = [n for n, p in partitions(world, cluster).items() if sorted(p.replicas) == [2, 3]]
    cluster.kill("kafka3")
    until(lambda: all(3 not in p.isr for p in partitions(world, cluster, "kafka3").values()), 60,
          "kafka3 is out of sync")
    world.upload(fleet.apis[0], world.file(1_000)).taken()
    until(lambda: world.lag() == 0, 60, "all is settled")
    for worker in fleet.workers:
        worker.stop()
    unsettled = world.file(1_000)
    world.upload(fleet.apis[0], unsettled).taken()
    committed = world.committed()
    cluster.kill("kafka2")
    cluster.start("kafka3")
    until(lambda: all(partitions(world, cluster, "kafka2")[n].leader == 3 for n in hit), 90,
          "kafka3 leads what it lacks the end of")
    end = world.log_end()
    behind = {n: committed[n] - end[n] for n in hit if committed[n] > end[n]}
    assert behind, "nothing was lost"
    for worker in fleet.workers:
        worker.start(wait=False)
    until(lambda: set().union(*map(given_up, fleet.workers)) == set(behind), 90,
          lambda: f"{behind} are named: {fleet.why_not()}")
    # Longer than a partition without a fault needs to go on.
    time.sleep(8)
    assert all(world.committed()[n] == committed[n] for n in behind), "a position was moved"
    cluster.start("kafka2")
    for worker in fleet.workers:
        worker.stop()
    for number in behind:
        subprocess.run([world.program, "offsets", "--to", "earliest", "--partition", str(number),
                        "--yes"], env=world.env, check=True, stdout=subprocess.DEVNULL, timeout=60)
    for worker in fleet.workers:
        worker.start()
    world.upload(fleet.apis[0], unsettled).taken()
    debts = {}
    for upload in world.uploads:
        debts.update(upload.file.debts)
    until(lambda: world.lag() == 0 and world.settled_rows() >= len(debts), 120, "all is settled")
    fleet.progress.stop()
    found = stored(world)
    return dict(rows=len(debts), lost=0, sent_twice=0, **check_rows(found, debts, ()),
                **check_ledger(world, found), partitions_named=len(behind),
                offsets_gone=sum(behind.values()))
