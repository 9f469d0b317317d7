#!/usr/bin/env python3
"""Slips and e-mails over time with a provider that takes so many a second: inline, and paced with
the rate found out, set right, set to the double, and found where the provider names no pause.

usage: bench/paced_mail.py PROGRAM [--rows N] [--rate N] [--seconds N] [--svg FOLDER]
                           [--runs inline,found,set,double,silent] [--slips]

Prints a table; with --svg also draws FOLDER/mail-inline.svg and FOLDER/mail-paced.svg (the rate
found out). With --slips each run ends once all slips are stored, to set their time against that
of `builtin`, where e-mails cost nothing:

    bench/paced_mail.py build/release/bankslip --rows 1100000 --seconds 900 --slips \\
        --runs builtin,found,builtin,found
"""
import argparse
import collections
import dataclasses
import json
import os
import pathlib
import subprocess
import time
import urllib.request

from plot import write_svg
from stand import WORK, Stand, free_port


@dataclasses.dataclass
class Case:
    title: str
    delivery: str = "paced"
    # EMAIL_RATE, as a multiple of what the provider takes.
    rate: float = 0
    retry_after: int = 1
    has_provider: bool = True


RUNS = {
    "inline": Case("`inline`", "inline"),
    "found": Case("`paced`, the rate found out"),
    "set": Case("`paced`, `EMAIL_RATE` set", rate=1),
    "double": Case("`paced`, `EMAIL_RATE` set to the double", rate=2),
    "silent": Case("`paced`, found out, no `Retry-After`", retry_after=0),
    "builtin": Case("`inline`, built-in mock", "inline", has_provider=False),
}


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return json.load(answer)


class Provider:
    """The mock services. They run before others, as a provider's own machine would."""

    def __init__(self, options, case, name):
        self.port = free_port()
        self.ledger = WORK / f"paced_mail_{name}.ledger"
        for file in WORK.glob(self.ledger.name + ".*"):
            file.unlink()
        self.process = subprocess.Popen(
            [options.program, "mock-services", "--boleto-port", "0", "--email-port",
             str(self.port), "--email-rate", str(options.rate), "--ledger", self.ledger], cwd=WORK,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if os.geteuid() == 0:
            os.setpriority(os.PRIO_PROCESS, self.process.pid, -10)
        self._set_pause(case.retry_after)

    def _set_pause(self, seconds):
        body = json.dumps({"retry_after_s": seconds}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/faults", body, method="PUT")
        for attempt in range(100):
            try:
                with urllib.request.urlopen(request, timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise OSError("the mock services do not answer")

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def seconds(self):
        """What it took and refused in each second of its clock."""
        taken, refused = collections.Counter(), collections.Counter()
        for line in open(f"{self.ledger}.email", encoding="utf-8"):
            at, done, _ = line.split(" ", 2)
            (taken if done == "1" else refused)[int(at) // 1_000_000] += 1
        return taken, refused


def follow(options, server, upload, began):
    """Points of the upload's timeline, and how often it was not ready."""
    points, unready = [], 0
    while not points or points[-1]["t"] < options.seconds:
        now = get(server.port, f"/uploads/{upload}")
        unready += server.get("/readyz", admin=True)[0] != 200
        points.append({"t": time.monotonic() - began,
                       **{name: now[name] for name in ("accepted", "generated", "emailed",
                                                       "failed")}})
        if now["state"] == "done" or (options.slips and now["generated"] == options.rows):
            break
        time.sleep(0.5)
    return points, unready


def judge(options, provider, points):
    """The provider's side: how much of its rate was used, and how often it had to refuse."""
    taken, refused = provider.seconds()
    last = points[-1]
    calls = sum(taken.values()) + sum(refused.values())
    return {"of the rate": f"{last['emailed'] / (last['t'] * options.rate):.1%}",
            "refused": f"{sum(refused.values())} ({sum(refused.values()) / max(calls, 1):.2%})",
            "in seconds": len(refused)}


def run(options, name, file):
    """What became of the file: points of its timeline and figures."""
    case = RUNS[name]
    provider = Provider(options, case, name) if case.has_provider else None
    settings = {"EMAIL_RATE": str(int(case.rate * options.rate))} if case.rate else {}
    if provider:
        settings["EMAIL_URL"] = f"http://127.0.0.1:{provider.port}"
    try:
        with Stand(options.program, EMAIL_DELIVERY=case.delivery, **settings) as stand:
            server = stand.start()
            server.wait_ready()
            began = time.monotonic()
            sent = subprocess.run(["curl", "-s", "-F", f"file=@{file}",
                                   f"http://127.0.0.1:{server.port}/bankslip/batch"],
                                  check=True, stdout=subprocess.PIPE)
            accepted = time.monotonic() - began
            points, unready = follow(options, server, json.loads(sent.stdout)["upload_id"], began)
            peak = server.peak_rss_mib()
    finally:
        if provider:
            provider.stop()
    slips = next((p["t"] for p in points if p["generated"] == options.rows), None)
    last = points[-1]
    return points, {
        "": case.title, "accepted after s": round(accepted, 1),
        "all slips after s": round(slips, 1) if slips else f"{last['generated']} rows",
        "e-mails": last["emailed"], "in s": round(last["t"], 1),
        **(judge(options, provider, points) if provider else
           {"of the rate": "", "refused": "", "in seconds": ""}),
        "failed": last["failed"], "looks at /readyz that were 503": unready,
        "peak MiB": round(peak)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--svg", type=pathlib.Path)
    parser.add_argument("--runs", default="inline,found,set")
    parser.add_argument("--slips", action="store_true")
    options = parser.parse_args()
    options.program = options.program.resolve()
    WORK.mkdir(parents=True, exist_ok=True)
    file = WORK / "paced_mail.csv"
    subprocess.run([options.program, "generate", "--rows", str(options.rows), "--out", file],
                   check=True, stdout=subprocess.DEVNULL, cwd=WORK)
    results = []
    for name in options.runs.split(","):
        points, figures = run(options, name, file)
        results.append(figures)
        print(figures, flush=True)
        if options.svg and name in ("inline", "found"):
            picture = f"mail-{RUNS[name].delivery}.svg"
            (options.svg / picture).write_text(write_svg(points))
    print("| " + " | ".join(results[0]) + " |")
    print("|" + "---|" * len(results[0]))
    for figures in results:
        print("| " + " | ".join(str(value) for value in figures.values()) + " |")


if __name__ == "__main__":
    main()
