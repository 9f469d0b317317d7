"""Three brokers and three databases, each on a machine of its own: a network namespace.

The same as a Stack to a World; besides, its nodes can be killed, paused and cut off."""
import http.client
import json
import os
import pathlib
import random
import signal
import subprocess
import time

from .process import ask
from .stack import ROOT, psql, until

BROKERS = ("kafka1", "kafka2", "kafka3")
DATABASES = ("postgres1", "postgres2", "postgres3")
CLIENTS = ("client1", "client2")
NODES = ("etcd",) + BROKERS + DATABASES
#: Where processes of scenarios are that stand on no node.
HERE = "here"


def free_number():
    """One whose network nobody has on this machine."""
    return random.choice([n for n in range(1, 256)
                          if not os.path.exists(f"/sys/class/net/bankslip{n}")])


class Cluster:
    """Owns the folder `home` with the data of all nodes."""

    def __init__(self, home):
        self.home = pathlib.Path(home)
        self.number = free_number()
        self.env = dict(os.environ, STACK_HOME=str(self.home), STACK_CLUSTER=str(self.number))

    def run(self, verb, *nodes, seconds=240):
        done = subprocess.run([ROOT / "scripts/stack", verb, "--cluster", *nodes], env=self.env,
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=seconds)
        if done.returncode != 0:
            raise RuntimeError(f"scripts/stack {verb} --cluster: {done.stdout}")

    def start(self, *nodes, seconds=240):
        """Whatever state they are in. All of them: without a fault left."""
        for node in nodes or NODES + CLIENTS:
            self.resume(node)
        self.run("up", *nodes, seconds=seconds)
        if not nodes:
            self.wait_whole()

    def address(self, node):
        if node == HERE:
            return f"10.97.{self.number}.1"
        tens = {"kafka": 1, "postgres": 2, "etcd": 3, "client": 4}[node.rstrip("0123456789")]
        return f"10.97.{self.number}.{tens}{node.lstrip('abcdefghijklmnopqrstuvwxyz')}"

    def namespace(self, node):
        return f"bankslip{self.number}-{node}"

    def within(self, node):
        """The command before a command that is to run there."""
        return ["nsenter", f"--net=/run/netns/{self.namespace(node)}", "--"]

    # What a World asks of a stack.

    @property
    def brokers(self):
        return [(self.address(node), 9092) for node in BROKERS]

    def settings(self):
        return {"KAFKA_BOOTSTRAP_SERVERS": ",".join(f"{h}:{p}" for h, p in self.brokers),
                "TOPIC_REPLICATION": "3", "POSTGRES_PORT": "5432",
                "POSTGRES_SERVER": ",".join(map(self.address, DATABASES)),
                "MOCK_HOST": "0.0.0.0"}

    def psql(self, sql, database="postgres", timeout=60, check=True, on=None, **env):
        """Asked of the primary, or `on` a node. Lines of the answer, columns separated by tabs."""
        where = f"host={self.address(on)}" if on else \
            f"host={','.join(map(self.address, DATABASES))} target_session_attrs=read-write"
        return psql(f"{where} port=5432 dbname={database}", sql, timeout, check, **env)

    # Faults.

    def pids(self, node):
        found = subprocess.run(["ip", "netns", "pids", self.namespace(node)], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return [int(pid) for pid in found.stdout.split()]

    def _signal(self, node, number):
        pids = self.pids(node)
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        return len(pids)

    def kill(self, node):
        """kill -9 of all that runs there, as when its power fails."""
        assert self._signal(node, signal.SIGKILL), f"nothing ran on {node}"
        until(lambda: not self.pids(node), 10, f"{node} is dead")

    def pause(self, node):
        assert self._signal(node, signal.SIGSTOP), f"nothing ran on {node}"

    def resume(self, node):
        self._signal(node, signal.SIGCONT)

    def _rules(self, node, *words):
        return subprocess.run(["ip", "netns", "exec", self.namespace(node), "iptables", *words],
                              check=True, stdout=subprocess.PIPE, text=True).stdout

    def cut(self, node, *others, port=None):
        """No packet goes between it and the others, in either direction; only of what is served
        at `port` where one is named."""
        for other in others:
            for chain, side in (("INPUT", "-s"), ("OUTPUT", "-d")):
                for end in (["--dport"], ["--sport"]) if port else ([],):
                    self._rules(node, "-A", chain, side, self.address(other),
                                *(["-p", "tcp", *end, str(port)] if port else []), "-j", "DROP")

    def heal(self, node):
        """Answers how many packets were lost."""
        lost = sum(int(line.split()[0])
                   for chain in ("INPUT", "OUTPUT")
                   for line in self._rules(node, "-L", chain, "-v", "-x", "-n").splitlines()
                   if " DROP " in line)
        self._rules(node, "-F")
        return lost

    # What its nodes say.

    def members(self):
        """The databases as Patroni tells of them: name -> role, state, timeline."""
        for node in DATABASES:
            connection = http.client.HTTPConnection(self.address(node), 8008, timeout=2)
            try:
                connection.request("GET", "/cluster")
                found = json.loads(connection.getresponse().read())
                return {m["name"]: m for m in found["members"]}
            except (OSError, http.client.HTTPException, ValueError, KeyError):
                continue
            finally:
                connection.close()
        return {}

    def with_role(self, role):
        return next((name for name, m in self.members().items() if m["role"] == role), None)

    def primary(self):
        return until(lambda: self.with_role("leader"), 60, "there is a primary")

    def timeline(self):
        return max(m.get("timeline", 0) for m in self.members().values())

    def databases_whole(self):
        found = self.members().values()
        states = [m["state"] in ("running", "streaming") for m in found]
        roles = {m["role"] for m in found}
        return len(states) == 3 and all(states) and {"leader", "sync_standby"} <= roles and \
            len({m.get("timeline") for m in found}) == 1

    def wait_whole(self, seconds=120):
        until(self.databases_whole, seconds, lambda: f"three databases agree: {self.members()}")

    def reinitialize(self, node):
        """Has a standby copied anew from the primary. Whether Patroni does it."""
        try:
            return ask(8008, "POST", "/reinitialize", '{"force": true}',
                       host=self.address(node))[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def switchover(self, candidate):
        """As an operator does it."""
        subprocess.run(["patronictl", "-c", self.home / f"cluster/{candidate}/patroni.yml",
                        "switchover", "bankslip", "--leader", self.primary(), "--candidate",
                        candidate, "--force"], check=True, timeout=90,
                       stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)


def seconds_since(began):
    return round(time.monotonic() - began, 1)
