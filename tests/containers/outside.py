"""What a client sees of the system, and the file that it sends."""
import csv
import decimal
import json
import ssl
import subprocess
import time
import urllib.request

import images
from engine import HOME, Failed


class Outside:
    """The system as a client sees it, by the ports that it publishes."""

    def __init__(self, engine):
        self.engine = engine
        self.certificate = HOME / "edge.crt"

    def get(self, port, path, https=False, method="GET", body=None):
        port = self.engine.ports[port]
        url = f"{'https' if https else 'http'}://127.0.0.1:{port}{path}"
        trust = ssl.create_default_context(cafile=self.certificate) if https else None
        data = json.dumps(body).encode() if body is not None else None
        with urllib.request.urlopen(urllib.request.Request(url, data, method=method), timeout=10,
                                    context=trust) as answer:
            return answer.read()

    def ask(self, *arguments, **options):
        return json.loads(self.get(*arguments, **options))

    def answers(self, *arguments):
        """Whether a call succeeds."""
        try:
            return bool(self.get(*arguments))
        except OSError:
            return False

    def edge(self, path):
        return self.ask("EDGE", path, https=True)

    def upload_record(self, upload_id):
        """None while the API cannot tell."""
        try:
            return self.edge(f"/uploads/{upload_id}")
        except (OSError, ValueError):
            return None

    def upload(self, file):
        """Sends a file through nginx as curl does; the answer."""
        answer = subprocess.run(
            ["curl", "-sS", "--cacert", self.certificate, "-F", f"file=@{file}", "--max-time", "300",
             f"https://127.0.0.1:{self.engine.ports['EDGE']}/bankslip/batch"],
            capture_output=True, text=True)
        if answer.returncode != 0:
            raise Failed(f"curl: {answer.stderr}")
        return json.loads(answer.stdout)

    def inbox(self):
        return self.ask("MAILPIT", "/api/v1/messages?limit=20")


class Debts:
    """A file whose every row's end is known beforehand."""

    def __init__(self, engine, rows):
        source = engine.podman("run", "--rm", images.services()["app"]["image"], "generate",
                               "--rows", str(rows), "--seed", str(time.time_ns()), "--out", "-")
        table = list(csv.reader(source.splitlines()))
        head, rows = table[0], table[1:]
        amount, due, ident = (head.index(c) for c in ("debtAmount", "debtDueDate", "debtId"))
        self.rows = len(rows)
        self.rejected = self.duplicates = self.conflicts = 0
        sums = {}
        for i, row in enumerate(rows):
            if i % 100 == 50:
                row[due] = "2030-02-30"
                self.rejected += 1
            elif i % 200 == 199:
                rows[i] = list(rows[i - 1])
                self.duplicates += 1
            elif i % 1000 == 777:
                rows[i] = list(rows[i - 1])
                rows[i][amount] = "99999.99"
                self.conflicts += 1
            else:
                sums[row[ident]] = decimal.Decimal(row[amount])
        self.accepted = self.rows - self.rejected
        self.emailed = self.accepted - self.duplicates - self.conflicts
        self.amount = sum(sums.values())
        self.file = HOME / "debts.csv"
        with open(self.file, "w", newline="", encoding="utf-8") as out:
            csv.writer(out, lineterminator="\n").writerows([head, *rows])
