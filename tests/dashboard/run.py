#!/usr/bin/env python3
"""Asks every query of the dashboard, and of the recording rules, of a real Prometheus after a
real run, and draws the panels.

usage: tests/dashboard/run.py PROGRAM [--out PICTURE.png]

A server takes a file with bad rows, then the same file again, on the private stack; Prometheus
scrapes it meanwhile. It fails if a query is refused or shows no series, if the running program
exports a family that docs/METRICS.md does not know, or if one of those is not exported.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
from stand import WORK, Stand, free_port, upload_record  # noqa: E402

ROWS = 200_000
STEP = 1


def ask(port, path, **arguments):
    url = f"http://127.0.0.1:{port}/api/v1/{path}?" + urllib.parse.urlencode(arguments)
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)["data"]


def wait(seconds, what, holds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if holds():
                return
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit(f"not within {seconds} s: {what}")


class Prometheus:
    """Scrapes one server each second, with the rules of deploy/prometheus."""

    def __init__(self, folder, target):
        self.port = free_port()
        rules = ROOT / "deploy/prometheus"
        config = {"global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
                  "rule_files": [str(rules / "recording.yml"), str(rules / "alerts.yml")],
                  "scrape_configs": [{"job_name": "bankslip",
                                      "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]}]}
        (folder / "prometheus.yml").write_text(json.dumps(config))
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={folder}/prometheus.yml",
             f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{self.port}",
             "--log.level=error"], stdin=subprocess.DEVNULL)
        wait(30, "Prometheus scrapes", lambda: ask(self.port, "query", query="up == 1")["result"])

    def series(self, query, begin, end):
        return ask(self.port, "query_range", query=query, start=begin, end=end, step=STEP)["result"]

    def close(self):
        self.process.terminate()
        self.process.wait(30)


def upload(program, stand, file):
    server = stand.servers[0]
    subprocess.run([program, "upload", file, "--url", f"http://127.0.0.1:{server.port}"],
                   env=stand.settings, check=True, stdout=subprocess.DEVNULL)
    upload_id = json.loads(server.get("/uploads?limit=1")[1])[0]["upload_id"]
    wait(60, "the upload is done", lambda: upload_record(server, upload_id)["state"] == "done")


def make_file(program, stand, folder):
    """Debts, every hundredth of them with a wrong due date."""
    file = folder / "debts.csv"
    subprocess.run([program, "generate", "--rows", str(ROWS), "--seed", "7", "--out", file],
                   env=stand.settings, check=True, stdout=subprocess.DEVNULL)
    lines = file.read_text().splitlines(keepends=True)
    for i in range(100, len(lines), 100):
        lines[i] = re.sub(r"\d{4}-\d\d-\d\d", "2030-02-30", lines[i])
    file.write_text("".join(lines))
    return file


def family_faults(server):
    """How /metrics and docs/METRICS.md differ."""
    text = server.get("/metrics", admin=True)[1].decode()
    exported = set(re.findall(r"^# TYPE (\w+)", text, re.M))
    table = (ROOT / "docs/METRICS.md").read_text()
    known = set(re.findall(r"^\| `(\w+)` \|", table, re.M))
    return [f"{m} is exported, but docs/METRICS.md does not know it" for m in exported - known] + [
        f"{m} stands in docs/METRICS.md, but is not exported" for m in known - exported]


def panel_series(prometheus, begin, end):
    """[(title, unit, [(legend, times, values)])] of all panels, and what is wrong."""
    board = json.loads((ROOT / "deploy/grafana/dashboards/bankslip.json").read_text())
    drawn, faults = [], []
    for panel in board["panels"]:
        if panel["type"] == "row":
            continue
        lines = []
        for target in panel["targets"]:
            # What Grafana puts there: four scrapes, every process.
            query = target["expr"].replace("$__rate_interval", "4s").replace("$instance", ".*")
            found = prometheus.series(query, begin, end)
            if not found:
                faults.append(f"panel {panel['title']!r} shows nothing: {query}")
            for series in found:
                legend = re.sub(r"{{(\w+)}}", lambda m: series["metric"].get(m[1], ""),
                                target["legendFormat"])
                points = [(t - begin, float(v)) for t, v in series["values"] if v != "NaN"]
                lines.append((legend, points))
        drawn.append((panel["title"], panel["fieldConfig"]["defaults"]["unit"], lines))
    for record in ("bankslip:rows:rate1m", "bankslip:progress:rate5m", "bankslip:consumer_lag:sum",
                   "bankslip:http_errors:ratio5m", "bankslip:stage_seconds:p95_5m"):
        if not prometheus.series(record, begin, end):
            faults.append(f"{record} is never there")
    return drawn, faults


def draw(panels, out):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plot
    plot.rcParams.update({"font.size": 7, "axes.spines.top": False, "axes.spines.right": False,
                          "axes.grid": True, "grid.alpha": 0.25, "axes.titlesize": 9,
                          "axes.titlelocation": "left", "axes.titleweight": "bold"})
    columns = 4
    rows = -(-len(panels) // columns)
    figure, axes = plot.subplots(rows, columns, figsize=(14, 2.1 * rows), layout="constrained")
    for ax in axes.flat[len(panels):]:
        ax.set_visible(False)
    for ax, (title, unit, lines) in zip(axes.flat, panels):
        # Eight lines can be told apart; those that are 0 all the time say nothing.
        moving = [line for line in lines if any(v > 0 for _, v in line[1])] or lines[:1]
        moving.sort(key=lambda line: -max((v for _, v in line[1]), default=0))
        for legend, points in moving[:8]:
            ax.plot([t for t, _ in points], [v for _, v in points], label=legend, linewidth=1.2)
        ax.set_title(f"{title} ({unit})" if unit != "short" else title)
        highest = max((v for _, points in moving for _, v in points), default=0)
        ax.set_ylim(0, highest * 1.05 or 1)
        ax.margins(x=0)
        ax.legend(fontsize=6, frameon=False, loc="best")
    figure.suptitle("Bankslip: a file with bad rows, and the same file again (seconds)", fontsize=11)
    figure.savefig(out, dpi=72, pil_kwargs={"optimize": True})


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--out")
    given = options.parse_args()
    program = str(pathlib.Path(given.program).resolve())
    WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, Stand(program, EMAIL_DELIVERY="paced") as stand:
        folder = pathlib.Path(name)
        file = make_file(program, stand, folder)
        server = stand.start()
        prometheus = Prometheus(folder, server.admin_port)
        try:
            begin = time.time()
            for _ in range(2):
                upload(program, stand, file)
                server.get("/bankslip/nobody")
            wait(30, "a dozen scrapes",
                 lambda: len(prometheus.series("up", begin, time.time())[0]["values"]) > 12)
            end = time.time()
            faults = family_faults(server)
            panels, more = panel_series(prometheus, begin, end)
        finally:
            prometheus.close()
    faults += more
    if given.out:
        draw(panels, given.out)
    if faults:
        sys.exit("\n".join(faults))
    print(f"{len(panels)} panels show what a real run made")


if __name__ == "__main__":
    main()
