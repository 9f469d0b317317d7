"""One pass of the pipeline: a file in, everything settled, and what it cost."""
import json
import subprocess
import threading
import time

from stand import WORK, BenchError, upload_record
from verify import file_header

POLL_S = 0.05


class Sampler(threading.Thread):
    """Notes the counters of rows a few times a second until it is stopped."""

    def __init__(self, servers, began, period=0.25):
        super().__init__(daemon=True)
        self.points = []
        self._servers, self._began, self._period = servers, began, period
        self._ended = threading.Event()
        self._base = self._read()

    def _read(self):
        values = dict.fromkeys(("accepted", "generated", "emailed"), 0.0)
        for server in self._servers:
            found = server.metrics()
            for outcome in values:
                values[outcome] += found.get(f'bankslip_rows_total{{outcome="{outcome}"}}', 0.0)
        return values

    def note(self):
        now, values = time.monotonic() - self._began, self._read()
        self.points.append({"t": round(now, 3),
                            **{k: int(v - self._base[k]) for k, v in values.items()}})

    def run(self):
        while not self._ended.wait(self._period):
            self.note()

    def finish(self):
        self._ended.set()
        self.join()
        self.note()
        return self.points


def send(server, path):
    """Uploads by curl. (answer, time of the first byte, time of the answer)."""
    out = WORK / "answer.json"
    form = "%{http_code} %{time_pretransfer} %{time_total}"
    run = subprocess.run(["curl", "-sS", "-o", str(out), "-w", form, "-F", f"file=@{path}",
                          f"http://127.0.0.1:{server.port}/bankslip/batch"],
                         capture_output=True, text=True, check=False)
    answered = time.monotonic()
    if run.returncode != 0:
        raise BenchError(f"curl: {run.stderr.strip()}")
    status, pretransfer, total = run.stdout.split()
    answer = out.read_text(encoding="utf-8")
    if status != "201":
        raise BenchError(f"the upload was answered by {status}: {answer[:300]}")
    return json.loads(answer), answered - (float(total) - float(pretransfer)), answered


def wait_settled(stand, server, upload_id, deadline, poll=POLL_S):
    """Waits until the upload is done and every offset committed; when that was."""
    while True:
        record = upload_record(server, upload_id)
        if record["state"] == "done" and stand.lag() == 0:
            return record, time.monotonic()
        if time.monotonic() > deadline:
            raise BenchError(f"not settled in time, lag {stand.lag()}: {json.dumps(record)}")
        for process in stand.servers:
            if process.process.poll() is not None:
                raise BenchError(f"a server ({process.role}) ended by itself")
        time.sleep(poll)


def copy_baseline(stand, path):
    """Seconds of \\copy of the file into an empty table of the same shape."""
    columns = ", ".join(file_header(path))
    stand.psql("create table copy_baseline (like bankslips including all)", "checkpoint")
    began = time.monotonic()
    stand.psql(f"\\copy copy_baseline ({columns}) from '{path}' with (format csv, header true)")
    took = time.monotonic() - began
    stand.psql("drop table copy_baseline", "checkpoint")
    return took


def one_pass(stand, server, path, rows, sample=False):
    """Sends a file of `rows` good rows and waits until they are settled."""
    before = stand.cpu()
    sampler = Sampler(stand.servers, time.monotonic()) if sample else None
    if sampler:
        sampler.start()
    answer, began, answered = send(server, path)
    if answer["accepted"] != rows or answer["rejected"] != 0:
        raise BenchError(f"accepted {answer['accepted']}, rejected {answer['rejected']} of {rows}")
    # 500 rows a second would be far too slow already.
    deadline = time.monotonic() + 60 + rows / 500
    record, settled = wait_settled(stand, server, answer["upload_id"], deadline)
    after = stand.cpu()
    result = {"accepted_s": answered - began, "settled_s": settled - began, "record": record,
              "cpu_s": {name: after[name] - before[name] for name in after}}
    if sampler:
        result["timeline"] = sampler.finish()
    return result
