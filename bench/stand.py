"""What a benchmark runs on: a database, topics and a group of its own on the private
stack, server processes with ports of their own, and what they cost."""
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

from kafka_wire import Kafka

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOME = pathlib.Path(os.environ.get("STACK_HOME", ROOT / ".local"))
WORK = ROOT / ".local" / "bench"
POSTGRES_PORT = int(os.environ.get("STACK_POSTGRES_PORT", "15432"))
KAFKA_PORT = int(os.environ.get("STACK_KAFKA_PORT", "19092"))
PARTITIONS = 6
TICK = os.sysconf("SC_CLK_TCK")
# Settings of the program must come from the bench alone.
OURS = re.compile(r"^(SERVER|ADMIN|KAFKA|BANKSLIP|TOPIC|POSTGRES|BOLETO|EMAIL|SERVICE)_|"
                  r"^(WORKERS|CHUNK_SIZE|LOG_LEVEL|LOG_FORMAT|AUTH|RATE_LIMIT)$")


class BenchError(Exception):
    """The benchmark cannot go on; the text says why."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def cpu_of(pid, with_children=False):
    """CPU seconds of a process (and of its children that have ended)."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(f) for f in fields[11:15 if with_children else 13]) / TICK


def children_of(pid):
    return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Server:
    """One process of the program, listening on free ports."""

    def __init__(self, program, role, settings, log):
        self.role = role
        self.port, self.admin_port = free_port(), free_port()
        settings = dict(settings, SERVER_PORT=str(self.port), ADMIN_PORT=str(self.admin_port))
        with open(log, "wb") as out:
            self.process = subprocess.Popen([program, "serve", "--role", role], env=settings,
                                            stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                            cwd=WORK)
        self.pid = self.process.pid
        self._log = log

    def get(self, path, admin=False):
        """(status, body) of one GET."""
        link = http.client.HTTPConnection("127.0.0.1", self.admin_port if admin else self.port,
                                          timeout=30)
        try:
            link.request("GET", path)
            answer = link.getresponse()
            return answer.status, answer.read()
        finally:
            link.close()

    def wait_ready(self, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if self.get("/readyz", admin=True)[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        end = pathlib.Path(self._log).read_text(errors="replace")[-2000:]
        raise BenchError(f"the server ({self.role}) did not become ready:\n{end}")

    def metrics(self):
        """Metrics by their full name with labels."""
        text = self.get("/metrics", admin=True)[1].decode()
        pairs = (line.rsplit(" ", 1) for line in text.splitlines() if line and line[0] != "#")
        return {name: float(value) for name, value in pairs}

    def peak_rss_mib(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.M)[1]) / 1024

    def cpu_by_thread(self):
        """CPU seconds by thread name; threads that have ended are missing."""
        total = {}
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            try:
                head, tail = (task / "stat").read_text().rsplit(")", 1)
            except (FileNotFoundError, ProcessLookupError):
                continue
            name = head.split("(", 1)[1]
            total[name] = total.get(name, 0.0) + sum(map(int, tail.split()[11:13])) / TICK
        return total

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Stand:
    """A fresh database, topics and group; `close` removes them."""

    _count = 0

    def __init__(self, program, **settings):
        Stand._count += 1
        self.program = program
        self.name = f"bench_{os.getpid()}_{Stand._count}"
        self.topic, self.dlq = self.name, self.name + ".dlq"
        self.servers = []
        self.kafka = Kafka("127.0.0.1", KAFKA_PORT)
        self.settings = {k: v for k, v in os.environ.items() if not OURS.search(k)}
        self.settings.update(
            SERVER_HOST="127.0.0.1", ADMIN_HOST="127.0.0.1", POSTGRES_SERVER="127.0.0.1",
            POSTGRES_PORT=str(POSTGRES_PORT), POSTGRES_USER="admin",
            POSTGRES_PASSWORD="changethis", POSTGRES_DB=self.name,
            KAFKA_BOOTSTRAP_SERVERS=f"127.0.0.1:{KAFKA_PORT}", KAFKA_GROUP_ID=self.name,
            BANKSLIP_TOPIC=self.topic, BANKSLIP_DLQ_TOPIC=self.dlq,
            TOPIC_PARTITIONS=str(PARTITIONS), LOG_FORMAT="json", **settings)

    def __enter__(self):
        subprocess.run([self.program, "migrate"], env=self.settings, cwd=WORK, check=True,
                       stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self.close()

    def start(self, role="all", **settings):
        log = WORK / f"{self.name}-{len(self.servers)}.log"
        server = Server(self.program, role, dict(self.settings, **settings), log)
        self.servers.append(server)
        server.wait_ready()
        return server

    def psql(self, *commands, database=None):
        """Runs commands, answers what the last one printed."""
        arguments = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p",
                     str(POSTGRES_PORT), "-U", "admin", "-d", database or self.name]
        for command in commands:
            arguments += ["-c", command]
        run = subprocess.run(arguments, env=dict(os.environ, PGPASSWORD="changethis"),
                             capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise BenchError(f"psql: {run.stderr.strip()}")
        return run.stdout.strip()

    def lag(self):
        """Records that the group has not committed, asked from the broker."""
        ends = self.kafka.end_offsets(self.topic, PARTITIONS)
        done = self.kafka.committed_offsets(self.name, self.topic, PARTITIONS)
        return sum(end - max(done.get(p, 0), 0) for p, end in ends.items())

    def messages(self):
        return sum(self.kafka.end_offsets(self.topic, PARTITIONS).values())

    def cpu(self):
        """CPU seconds so far of the servers, PostgreSQL and Kafka."""
        postgres = int((HOME / "postgres/data/postmaster.pid").read_text().split()[0])
        kafka = int((HOME / "kafka/kafka.pid").read_text())
        return {"server": sum(cpu_of(s.pid) for s in self.servers),
                "postgres": cpu_of(postgres, with_children=True) +
                            sum(cpu_of(p) for p in children_of(postgres)),
                "kafka": cpu_of(kafka)}

    def stop_servers(self):
        for server in self.servers:
            server.stop()

    def close(self):
        self.stop_servers()
        self.kafka.delete_topics([self.topic, self.dlq])
        self.kafka.close()
        self.psql(f'drop database if exists "{self.name}" with (force)', database="postgres")


def upload_record(server, upload_id):
    status, body = server.get(f"/uploads/{upload_id}")
    if status != 200:
        raise BenchError(f"GET /uploads/{upload_id}: {status} {body[:200]!r}")
    return json.loads(body)
