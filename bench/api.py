"""The API under load, by wrk: reading against the server's own /healthz, storing against
pgbench, and how long requests take while a file is settled."""
import json
import os
import re
import selectors
import signal
import socket
import subprocess
import tempfile
import threading
import time

from passes import one_pass
from stand import POSTGRES_PORT, WORK, BenchError, Stand
from verify import verify

SECONDS = 5
CLIENTS = 32
PGBENCH_CLIENTS = 16
KNOWN = 20_000
# What both sides of a comparison store.
ROW = {"name": "Ana Lima", "government_id": "11111111111", "email": "ana@example.com",
       "debt_amount": 100.25, "debt_due_date": "2030-01-31"}
VALUES = ", ".join(f"'{value}'" for value in ROW.values())

# wrk's own text rounds; this says it in full.
REPORT = """
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('JSON{"requests":%d,"us":%d,"p50":%d,"p99":%d,"errors":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""
READ = f"""
math.randomseed(os.time())
function request() return wrk.format("GET", "/bankslip/known-" .. math.random(1, {KNOWN})) end
"""
STORE = """
local n = 0
local headers = {["Content-Type"] = "application/json"}
function request()
  n = n + 1
  return wrk.format("POST", "/bankslip", headers, '%s-' .. n .. '"}')
end
"""


class Load:
    """wrk on one path, begun at once; `result` waits for its end."""

    def __init__(self, port, path, clients=CLIENTS, seconds=SECONDS, script=""):
        with tempfile.NamedTemporaryFile("w", suffix=".lua", dir=WORK, delete=False) as file:
            file.write(script + REPORT)
        self._script, self._path = file.name, path
        self._wrk = subprocess.Popen(
            ["wrk", "-t", "1", "-c", str(clients), "-d", f"{seconds}s", "-s", file.name,
             f"http://127.0.0.1:{port}{path}"], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)

    def end(self):
        self._wrk.send_signal(signal.SIGINT)
        return self

    def result(self):
        text = self._wrk.communicate()[0]
        os.unlink(self._script)
        found = re.search(r"^JSON(.*)$", text, re.M)
        if not found:
            raise BenchError(f"wrk on {self._path}: {text}")
        numbers = json.loads(found[1])
        if numbers["errors"]:
            raise BenchError(f"wrk on {self._path}: {numbers['errors']} requests failed")
        numbers["rate"] = numbers["requests"] * 1e6 / numbers["us"]
        return numbers


def load(*arguments, **options):
    return Load(*arguments, **options).result()


def storing(prefix):
    body = json.dumps(dict(ROW, debt_id=prefix), separators=(",", ":"))
    return STORE % body.removesuffix('"}')


def pgbench(stand, seconds=SECONDS):
    """Rows a second that pgbench inserts into the table itself, a transaction each."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql", dir=WORK) as file:
        file.write("\\set n random(1, 1000000000000000)\n"
                   f"insert into bankslips (debt_id, {', '.join(ROW)}) "
                   f"values ('pgbench-' || :n, {VALUES});\n")
        file.flush()
        run = subprocess.run(
            ["pgbench", "-n", "-c", str(PGBENCH_CLIENTS), "-j", "2", "-T", str(seconds), "-f",
             file.name, "-h", "127.0.0.1", "-p", str(POSTGRES_PORT), "-U", "admin", stand.name],
            env=dict(os.environ, PGPASSWORD="changethis"), capture_output=True, text=True,
            check=False)
    found = re.search(r"^tps = ([\d.]+)", run.stdout, re.M)
    if run.returncode != 0 or not found:
        raise BenchError(f"pgbench: {run.stdout}{run.stderr}")
    return float(found[1])


def add_known(stand):
    stand.psql(f"insert into bankslips (debt_id, {', '.join(ROW)}, bankslip_file, propagated, "
               f"updated_on) select 'known-' || i, {VALUES}, "
               "'34191790010104351004791020150008291070026000123', true, now() "
               f"from generate_series(1, {KNOWN}) i", "vacuum analyze bankslips")


def wait_mailed(stand, prefix, answered):
    """Problems with the posted debts: each must be stored and go its way to the end. wrk
    ends without the answers to its last requests, one a client."""
    query = ("select count(*), count(*) filter (where propagated), "
             f"(select count(*) from outbox) from bankslips where debt_id like '{prefix}-%'")
    before = None
    for _ in range(240):
        stored, mailed, waiting = found = tuple(map(int, stand.psql(query).split("|")))
        if found == before and stored == mailed and waiting == 0:
            break
        before = found
        time.sleep(0.5)
    if stored == mailed and waiting == 0 and answered <= stored <= answered + CLIENTS:
        return []
    return [f"{answered} posted, {stored} stored, {mailed} e-mailed, {waiting} in the outbox"]


def rates(bench):
    """Health, GET, pgbench, POST, and single clients."""
    with Stand(bench.program) as stand:
        server = stand.start()
        add_known(stand)
        health = load(server.port, "/healthz")
        read = load(server.port, "/bankslip", script=READ)
        read_alone = load(server.port, "/bankslip", clients=1, seconds=2, script=READ)
        inserted = pgbench(stand)
        alone = load(server.port, "/bankslip", clients=1, seconds=2, script=storing("alone"))
        stored = load(server.port, "/bankslip", script=storing("posted"))
        wrong = wait_mailed(stand, "posted", stored["requests"])
    return {"health_rate": health["rate"], "get_rate": read["rate"],
            "get_ratio": read["rate"] / health["rate"], "get_p99_ms": read["p99"] / 1e3,
            "pgbench_rate": inserted, "post_rate": stored["rate"],
            "post_ratio": stored["rate"] / inserted, "post_p99_ms": stored["p99"] / 1e3,
            "get_alone_p50_ms": read_alone["p50"] / 1e3,
            "post_alone_p50_ms": alone["p50"] / 1e3}, wrong


def settling(bench):
    """Latencies while a file goes through: GET by 8 clients, health by one."""
    path = bench.file(bench.rows)
    with Stand(bench.program) as stand:
        server = stand.start()
        add_known(stand)
        loads = [Load(server.port, "/bankslip", clients=8, seconds=600, script=READ),
                 Load(server.admin_port, "/healthz", clients=1, seconds=600)]
        try:
            one_pass(stand, server, path, bench.rows)
        finally:
            for one in loads:
                one.end()
        reading, health = (one.result() for one in loads)
        stand.psql("delete from bankslips where debt_id like 'known-%'")
        wrong = verify(stand, bench.content(path), bench.rows)
    return {"get_p99_ms_while_settling": reading["p99"] / 1e3,
            "get_rate_while_settling": reading["rate"],
            "healthz_p99_ms_while_settling": health["p99"] / 1e3}, wrong


class Streams(threading.Thread):
    """Open event streams, read as they come: half of them on the system, as the page has
    one, the others on the newest upload once there is one."""

    def __init__(self, server, count=50):
        super().__init__(daemon=True)
        self._server, self._count, self._left, self._events = server, count, count // 2, 0
        self._selector, self._ended = selectors.DefaultSelector(), False
        for _ in range(count - self._left):
            self._open("/events")
        self.start()

    def _open(self, path):
        stream = socket.create_connection(("127.0.0.1", self._server.port), 10)
        stream.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        self._selector.register(stream, selectors.EVENT_READ)

    def _follow_upload(self):
        newest = json.loads(self._server.get("/uploads?limit=1")[1])
        while newest and self._left:
            self._left -= 1
            self._open(f"/uploads/{newest[0]['upload_id']}/events")

    def run(self):
        while not self._ended:
            if self._left:
                self._follow_upload()
            for key, _ in self._selector.select(0.2):
                data = key.fileobj.recv(65536)
                if not data:
                    self._selector.unregister(key.fileobj)
                    key.fileobj.close()
                self._events += data.count(b"\ndata:")

    def close(self):
        self._ended = True
        self.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        if self._left or self._events < self._count:
            raise BenchError(f"{self._events} events, {self._left} streams never opened")


def streams(bench):
    """A file with 50 open event streams, against one before and one behind without any."""
    path, seconds, wrong = bench.file(bench.rows), [], []
    for watched in (False, True, False):
        with Stand(bench.program) as stand:
            server = stand.start()
            watching = Streams(server) if watched else None
            seconds.append(one_pass(stand, server, path, bench.rows)["settled_s"])
            if watching:
                watching.close()
            wrong += verify(stand, bench.content(path), bench.rows)
    before, watched, behind = seconds
    return {"streams_ratio_settled": 2 * watched / (before + behind)}, wrong


def api(bench):
    """One turn of all: two minutes with 1.1 million rows."""
    figures, wrong = {}, []
    for part in (rates, settling, streams):
        values, problems = part(bench)
        figures.update(values)
        wrong += problems
    return figures, wrong
