"""Everything at once: kill, pause and partition of machines and processes at random."""
import random
import signal
import subprocess
import threading
import time

from harness.cluster import BROKERS, DATABASES, NODES
from harness.endure import Fleet, count
from harness.registry import scenario
from harness.stack import until

PAUSE = 4
#: How often each is struck, if it is not away already.
KINDS = {"broker": 4, "database": 4, "worker": 4, "api": 2, "etcd": 1}
#: Seconds in which a node must answer again, and of one try.
COMES_BACK = 600
TRY = 60


class Storm:
    """At most one broker, one database and the like are away at a time. Each strike stands in
    storm.log, with its time."""

    def __init__(self, world, fleet, seed):
        self.world, self.cluster, self.fleet = world, world.stack, fleet
        self.dice = random.Random(seed)
        self.told, self.away, self.threads = {}, {}, []
        self.error = None
        self.began = time.monotonic()
        self.log = open(world.folder / "storm.log", "w", encoding="utf-8", buffering=1)

    def note(self, *words):
        print(f"{time.monotonic() - self.began:8.1f}", *words, file=self.log)

    def strike(self):
        kind, = self.dice.choices(list(KINDS), list(KINDS.values()))
        if self.away.get(kind):
            return
        how = self.dice.choice(("kill", "pause", "cut"))
        thread = threading.Thread(target=self._play, daemon=True, args=(
            kind, how, self.dice.choice(self._all(kind)), self.dice.uniform(3, 25)))
        self.away[kind] = True
        self.threads = [t for t in self.threads if t.is_alive()] + [thread]
        thread.start()

    def _all(self, kind):
        return {"broker": BROKERS, "database": DATABASES, "etcd": ("etcd",),
                "worker": self.fleet.workers, "api": self.fleet.apis}[kind]

    def _play(self, kind, how, whom, seconds):
        try:
            if kind in ("worker", "api"):
                how = self._hit_process(kind, how, whom, seconds)
            else:
                self._hit_node(how, whom, min(seconds, 8) if kind == "etcd" else seconds)
            count(self.told, f"{kind}_{how}")
        except Exception as error:  # pylint: disable=broad-except
            self.note(kind, how, "went wrong:", error)
            self.error = error
        self.away[kind] = False

    def _hit_node(self, how, node, seconds):
        others = [n for n in NODES if n != node] + self.dice.choice([[], ["here", "client1"]])
        self.note(how, node, f"for {seconds:.0f} s")
        {"kill": self.cluster.kill, "pause": self.cluster.pause,
         "cut": lambda n: self.cluster.cut(n, *others)}[how](node)
        time.sleep(seconds)
        if how == "cut":
            self.cluster.heal(node)
        self._bring_back(node)
        self.note(node, "is back")

    def _bring_back(self, node):
        deadline = time.monotonic() + COMES_BACK
        while True:
            try:
                return self.cluster.start(node, seconds=TRY)
            except (RuntimeError, subprocess.SubprocessError) as error:
                self.note(node, "does not come back:", str(error)[-300:])
                if time.monotonic() > deadline:
                    raise
            # Patroni 3.0 may start a primary that has woken as a standby without taking back
            # what nobody else has: it then waits for ever for the end of an old timeline. A
            # person gives it a new copy.
            if node in DATABASES and self.cluster.reinitialize(node):
                count(self.told, "database_copied_anew")

    def _hit_process(self, kind, how, process, seconds):
        if how == "cut" and process.host != self.cluster.address("client1"):
            how = "kill"
        self.note(how, kind, self.world.processes.index(process), f"for {seconds:.0f} s")
        if not process.running():
            self.note(kind, "had ended by itself:", process.log_tail(3))
            count(self.told, f"{kind}_ended_itself")
            how = "kill"
        if how == "kill":
            process.kill()
        elif how == "pause":
            process.signal(signal.SIGSTOP)
        else:
            self.cluster.cut("client1", *self.dice.choice([BROKERS, DATABASES, NODES]))
        time.sleep(seconds)
        if how == "kill":
            process.start(wait=False)
        elif how == "pause":
            process.signal(signal.SIGCONT)
        else:
            self.cluster.heal("client1")
        return how

    def blow(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.strike()
            time.sleep(PAUSE)
            for error in filter(None, (self.error, self.fleet.load.error)):
                raise error
            self.note("settled", int(self.fleet.progress.total), "taken", self.fleet.load.rows)
        for thread in self.threads:
            thread.join(COMES_BACK + 60)
        if self.error:
            raise self.error


@scenario("cluster.storm", needs="cluster")
def storm(world):
    """Brokers, databases, etcd, workers, apis, for 10 minutes, from a seed."""
    seconds = world.options.storm_seconds or world.rows(600, 60)
    fleet = Fleet(world, apis=2, workers=(None, None, "client1"))
    blowing = Storm(world, fleet, seed=22)
    blowing.blow(seconds)
    world.stack.start()
    for process in fleet.apis + fleet.workers:
        if not process.running():
            process.start(wait=False)
    until(lambda: all(p.ready() for p in fleet.apis + fleet.workers), 120,
          lambda: f"all are ready again: {fleet.why_not()}")
    # A range at which its process died again and again is given up as in doubt.
    return dict(fleet.end({}, in_doubt=50), faults=sum(blowing.told.values()), of=blowing.told)
