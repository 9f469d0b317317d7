"""A private PostgreSQL and Kafka of this run, which scenarios may kill."""
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]


def free_port(adjacent=1):
    """The first of `adjacent` free ports below the system's own range."""
    for _ in range(1000):
        first = random.randrange(20000, 32000)
        try:
            for port in range(first, first + adjacent):
                with socket.socket() as s:
                    s.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
    raise RuntimeError("no free ports")


def until(condition, seconds, what):
    """Waits for `condition()` to answer something true, which is returned. `what` it is: a text,
    or what makes one when it did not come."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            told = what() if callable(what) else what
            raise AssertionError(f"not within {seconds:.0f} s: {told}")
        time.sleep(0.05)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def psql(where, sql, timeout=60, check=True, **env):
    done = subprocess.run(
        ["psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", f"user=admin {where}", "-c",
         sql], env=dict(os.environ, PGPASSWORD="changethis", PGCONNECT_TIMEOUT="5", **env),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout)
    if done.returncode != 0 and check:
        raise RuntimeError(f"psql: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode().splitlines()


class Stack:
    """Owns the folder `home` with both servers' data."""

    def __init__(self, home):
        self.home = pathlib.Path(home)
        self.postgres_port = free_port()
        self.kafka_port = free_port(2)
        self.env = dict(os.environ, STACK_HOME=str(self.home),
                        STACK_POSTGRES_PORT=str(self.postgres_port),
                        STACK_KAFKA_PORT=str(self.kafka_port))

    def run(self, verb, *service):
        done = subprocess.run([ROOT / "scripts/stack", verb, *service], env=self.env, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=240)
        if done.returncode != 0:
            raise RuntimeError(f"scripts/stack {verb}: {done.stdout}")

    def psql(self, sql, database="postgres", timeout=60, check=True):
        """Lines of the answer, columns separated by tabs."""
        return psql(f"host=127.0.0.1 port={self.postgres_port} dbname={database}", sql, timeout,
                    check)

    @property
    def brokers(self):
        """Their addresses."""
        return [("127.0.0.1", self.kafka_port)]

    def settings(self):
        """Variables by which a server finds both."""
        return {"KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{self.kafka_port}",
                "KAFKA_OPTIONS": "session.timeout.ms=6000;heartbeat.interval.ms=1000",
                "POSTGRES_SERVER": "127.0.0.1", "POSTGRES_PORT": str(self.postgres_port)}

    def postmaster(self):
        return int((self.home / "postgres/data/postmaster.pid").read_text().split()[0])

    def broker(self):
        return int((self.home / "kafka/kafka.pid").read_text())

    def kill_postmaster(self):
        pid = self.postmaster()
        os.kill(pid, signal.SIGKILL)
        until(lambda: not alive(pid), 10, "the postmaster is gone")

    def start(self, *service):
        """After a kill -9 ports and shared memory are held a moment longer."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.run("up", *service)
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def kill_broker(self):
        pid = self.broker()
        os.kill(pid, signal.SIGKILL)
        until(lambda: not alive(pid), 10, "the broker is gone")
