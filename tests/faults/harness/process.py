"""Processes of the program, started, stopped and killed by their own pid."""
import collections
import csv
import hashlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

from .stack import free_port, until


def ask(port, method, path, body=None, timeout=10, key=None, host="127.0.0.1"):
    """Status and body of one HTTP call, by an API key if there is one."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if key:
            headers["X-API-Key"] = key
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class Process:
    """One process that may be started again with the same ports and log."""

    def __init__(self, command, env, log):
        self.command, self.env, self.log = command, env, log
        self.child = None
        self.kills = 0

    @property
    def pid(self):
        return self.child.pid

    def running(self):
        return self.child is not None and self.child.poll() is None

    def start(self):
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(self.command, env=self.env, stdout=log, stderr=log,
                                          stdin=subprocess.DEVNULL, start_new_session=True)
        return self

    def signal(self, number):
        os.kill(self.child.pid, number)

    def kill(self):
        """kill -9. False: it had ended before."""
        if not self.running():
            return False
        self.signal(signal.SIGKILL)
        self.child.wait(20)
        self.kills += 1
        return True

    def stop(self, seconds=30):
        """SIGTERM. Answers the exit status and the seconds that it took."""
        began = time.monotonic()
        self.signal(signal.SIGTERM)
        status = self.child.wait(seconds)
        return status, time.monotonic() - began

    def rss_mb(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmRSS"):
                    return int(line.split()[1]) / 1024
        return 0.0

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def log_tail(self, lines=15):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                return "".join(log.readlines()[-lines:])
        except OSError:
            return ""


class Server(Process):
    """`bankslip serve`. An api process answers on `port`, each on `admin`."""

    def __init__(self, program, role, env, log):
        self.port, self.admin = free_port(), free_port()
        self.role = role
        self.host = "127.0.0.1"
        #: API key by which the oracle reads; None where none is asked for.
        self.key = None
        super().__init__([program, "serve", "--role", role],
                         dict(env, SERVER_PORT=str(self.port), ADMIN_PORT=str(self.admin)), log)

    def move(self, within, host):
        """To another machine: `within` is the command that goes there, `host` its address."""
        self.host = self.env["ADMIN_HOST"] = host
        self.command = [*within, *self.command]

    def unready(self):
        """Why /readyz is not 200; empty where it is, None where nobody answers."""
        try:
            status, body = ask(self.admin, "GET", "/readyz", timeout=2, host=self.host)
            return "" if status == 200 else body.decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return None

    def ready(self):
        return self.unready() == ""

    def start(self, wait=True):
        super().start()
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=60):
        def ready_or_dead():
            if not self.running():
                raise AssertionError(f"the server ended ({self.child.returncode}): "
                                     + self.log_tail())
            return self.ready()
        until(ready_or_dead, seconds, "the server is ready: " + self.log_tail(5))

    def get(self, path, timeout=10):
        status, body = ask(self.port, "GET", path, timeout=timeout, key=self.key)
        if status != 200:
            raise ConnectionError(f"GET {path}: {status} {body[:200]!r}")
        return json.loads(body)

    def samples(self, *names):
        """The samples whose line begins with one of `names`."""
        text = ask(self.admin, "GET", "/metrics", timeout=5, host=self.host)[1].decode()
        return [float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
                if line.startswith(names)]

    def metric(self, *names):
        """Their sum."""
        return sum(self.samples(*names))


    def settled(self):
        """Rows that this process has brought to an end."""
        return self.metric(*(f'bankslip_rows_total{{outcome="{end}"}}' for end in
                             ("emailed", "duplicate", "conflict", "failed", "in_doubt")))


class Mocks(Process):
    """`bankslip mock-services`: slips on `boleto`, e-mails on `email`."""

    def __init__(self, program, env, log, ledger, *options):
        self.boleto, self.email = free_port(), free_port()
        super().__init__([program, "mock-services", "--boleto-port", str(self.boleto),
                          "--email-port", str(self.email), "--ledger", str(ledger), *options],
                         env, log)

    def start(self):
        super().start()
        until(self.answers, 20, "mock-services answer: " + self.log_tail(5))
        return self

    def answers(self):
        try:
            return all(ask(p, "GET", "/healthz", timeout=2)[0] == 200
                       for p in (self.boleto, self.email))
        except OSError:
            return False

    def faults(self, port, **settings):
        status, body = ask(port, "PUT", "/faults", json.dumps(settings))
        if status != 200:
            raise RuntimeError(f"PUT /faults: {status} {body!r}")

    def happened(self, port):
        """How often each fault was played."""
        return {k: v for k, v in json.loads(ask(port, "GET", "/faults")[1])["happened"].items()
                if v}

    def summary(self, port):
        return json.loads(ask(port, "GET", "/ledger/summary")[1])

    def ledger(self, port):
        """(key, debt_id, calls, effective) of each key."""
        lines = ask(port, "GET", "/ledger", timeout=60)[1].decode().splitlines()
        for key, debt_id, calls, effective in list(csv.reader(lines))[1:]:
            yield key, debt_id, int(calls), int(effective)


class SmtpSink(Process):
    """A mail server without a memory for keys; its ledger says which messages it took."""

    def __init__(self, env, log, ledger, milliseconds):
        self.port, self.ledger = free_port(), ledger
        program = pathlib.Path(__file__).with_name("smtp_sink.py")
        super().__init__([sys.executable, str(program), str(self.port), str(ledger),
                          str(milliseconds)], env, log)

    def start(self):
        super().start()
        until(self.listens, 20, "the mail server listens: " + self.log_tail(5))
        return self

    def listens(self):
        with socket.socket() as link:
            return link.connect_ex(("127.0.0.1", self.port)) == 0

    def taken(self):
        """How often it took the message about each debt, by the debt's part of Message-ID."""
        return collections.Counter(self.ledger.read_text(encoding="ascii").split())

    @staticmethod
    def message_of(debt_id):
        return hashlib.sha256(f"mail:{debt_id}".encode()).hexdigest()[:40]
