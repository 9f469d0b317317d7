"""A primary of PostgreSQL and its standbys under Patroni: each way to lose one, under load."""
import time

from harness.cluster import BROKERS, DATABASES, NODES
from harness.endure import count, endure
from harness.registry import scenario
from harness.stack import until


def new_primary(cluster, old, told, seconds=90):
    """Waits for another one; proves it by name and timeline."""
    def other():
        found = cluster.with_role("leader")
        return found if found != old else None
    until(other, seconds, lambda: f"another primary than {old}: {cluster.members()}")
    until(lambda: cluster.psql("select pg_is_in_recovery()", check=False, timeout=10) == ["f"], 30,
          "the new primary takes writes")
    count(told, "promotions")


def whole_again(cluster, began_at):
    cluster.wait_whole()
    assert cluster.timeline() > began_at, "no standby was promoted"


def losing_the_primary(lose, give_back):
    """`lose(cluster, primary)` takes it away, `give_back` undoes that."""
    def fault(cluster, fleet, told):
        primary, timeline = cluster.primary(), cluster.timeline()
        fleet.strike()
        lose(cluster, primary)
        new_primary(cluster, primary, told)
        fleet.wait_flow()
        yield
        dropped = give_back(cluster, primary)
        if dropped is not None:
            assert dropped > 0, "nothing was sent through the cut"
            count(told, "packets_lost", dropped)
        whole_again(cluster, timeline)
    return fault


@scenario("cluster.primary-killed", needs="cluster")
def primary_killed(world):
    """kill -9 of everything on the primary's machine; a standby is promoted."""
    return endure(world, losing_the_primary(lambda c, p: c.kill(p), lambda c, p: c.start(p)))


@scenario("cluster.primary-paused", needs="cluster")
def primary_paused(world):
    """The primary's machine freezes until another is primary, then wakes with its old
    connections and whatever was in the midst of COMMIT."""
    return endure(world, losing_the_primary(lambda c, p: c.pause(p), lambda c, p: c.resume(p)))


@scenario("cluster.primary-cut", needs="cluster")
def primary_cut(world):
    """The primary is cut off from the other databases and etcd, but not from us."""
    def cut(cluster, primary):
        cluster.cut(primary, "etcd", *(d for d in DATABASES if d != primary))
    return endure(world, losing_the_primary(cut, lambda c, p: c.heal(p)))


@scenario("cluster.primary-vanished", needs="cluster")
def primary_vanished(world):
    """Nobody reaches the primary: no connection is closed, packets just go nowhere."""
    def cut(cluster, primary):
        cluster.cut(primary, "here", *(n for n in NODES if n != primary))
    return endure(world, losing_the_primary(cut, lambda c, p: c.heal(p)))


@scenario("cluster.switchover", needs="cluster")
def switchover(world):
    """patronictl switchover to the synchronous standby."""
    def fault(cluster, fleet, told):
        primary, timeline = cluster.primary(), cluster.timeline()
        candidate = until(lambda: cluster.with_role("sync_standby"), 30, "there is a candidate")
        fleet.strike()
        cluster.switchover(candidate)
        new_primary(cluster, primary, told)
        yield
        whole_again(cluster, timeline)
    return endure(world, fault)


@scenario("cluster.read-only", needs="cluster")
def read_only(world):
    """The primary takes no writes for 16 s, as when somebody saves it from a full disk."""
    def fault(cluster, fleet, told):
        primary, seconds = cluster.primary(), world.rows(16, 5)

        def turn(on):
            for command in (f"alter system set default_transaction_read_only = {on}",
                            "select pg_reload_conf()"):
                cluster.psql(command, on=primary, PGOPTIONS="-c default_transaction_read_only=off")

        def written():
            return int(cluster.psql("select count(*) from bankslips", world.database,
                                    on=primary)[0])
        fleet.strike()
        turn("on")
        # A transaction that is under way may still end.
        time.sleep(1)
        before = written()
        time.sleep(seconds - 1)
        settled = written() - before
        assert settled == 0, f"{settled} rows were written to a read-only database"
        count(told, "read_only_s", seconds)
        yield
        turn("off")
    return endure(world, fault)


@scenario("cluster.standby-lost", needs="cluster")
def standby_lost(world):
    """kill -9 of the synchronous standby: commits wait until the other one is synchronous."""
    def fault(cluster, fleet, told):
        standby = until(lambda: cluster.with_role("sync_standby"), 30, "one is synchronous")
        fleet.strike()
        cluster.kill(standby)
        until(lambda: cluster.with_role("sync_standby") not in (None, standby), 90,
              "the other standby is synchronous")
        count(told, "standbys_changed")
        fleet.wait_flow()
        yield
        cluster.start(standby)
        cluster.wait_whole()
    return endure(world, fault)


@scenario("cluster.standbys-away", needs="cluster")
def standbys_away(world):
    """Both standbys are cut off: commits wait, none is called done that one machine alone has."""
    def fault(cluster, fleet, told):
        primary = cluster.primary()
        standbys = [d for d in DATABASES if d != primary]
        fleet.strike()
        for standby in standbys:
            cluster.cut(standby, *(n for n in NODES + ("here",) if n not in (standby, *BROKERS)))

        def waiting():
            return int(cluster.psql("select count(*) from pg_stat_activity where wait_event = "
                                    "'SyncRep'", on=primary)[0])
        count(told, "commits_waiting", until(waiting, 30, "a commit waits"))
        time.sleep(world.rows(25, 10))
        count(told, "commits_still_waiting", waiting())
        yield
        count(told, "packets_lost", sum(cluster.heal(s) for s in standbys))
        cluster.wait_whole()
    return endure(world, fault)
