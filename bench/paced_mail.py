#!/usr/bin/env python3
"""Slips and e-mails over time with a provider that takes so many a second: inline, paced with the
rate found out, and paced with EMAIL_RATE set to it.

usage: bench/paced_mail.py PROGRAM [--rows N] [--rate N] [--seconds N] [--svg FOLDER]
                           [--runs inline,found,set]

Prints a table; with --svg also draws FOLDER/mail-inline.svg and FOLDER/mail-paced.svg (the rate
found out).
"""
import argparse
import json
import pathlib
import subprocess
import time
import urllib.request

from plot import write_svg
from stand import WORK, Stand, free_port


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return json.load(answer)


RUNS = {"inline": ("`inline`", "inline"), "found": ("`paced`, the rate found out", "paced"),
        "set": ("`paced`, `EMAIL_RATE` set", "paced")}


def run(options, name, file):
    """What became of the file: points of its timeline and figures."""
    title, delivery = RUNS[name]
    rate = {"EMAIL_RATE": str(options.rate)} if name == "set" else {}
    port = free_port()
    ledger = WORK / f"paced_mail_{name}.ledger"
    ledger.unlink(missing_ok=True)
    mocks = subprocess.Popen([options.program, "mock-services", "--boleto-port", "0",
                              "--email-port", str(port), "--email-rate", str(options.rate),
                              "--ledger", ledger], cwd=WORK, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    points, unready = [], 0
    try:
        with Stand(options.program, EMAIL_URL=f"http://127.0.0.1:{port}",
                   EMAIL_DELIVERY=delivery, **rate) as stand:
            server = stand.start()
            server.wait_ready()
            began = time.monotonic()
            sent = subprocess.run(["curl", "-s", "-F", f"file=@{file}",
                                   f"http://127.0.0.1:{server.port}/bankslip/batch"],
                                  check=True, stdout=subprocess.PIPE)
            accepted = time.monotonic() - began
            upload = json.loads(sent.stdout)["upload_id"]
            while not points or points[-1]["t"] < options.seconds:
                now = get(server.port, f"/uploads/{upload}")
                unready += server.get("/readyz", admin=True)[0] != 200
                points.append({"t": time.monotonic() - began,
                               **{name: now[name] for name in ("accepted", "generated", "emailed",
                                                               "failed")}})
                if now["state"] == "done":
                    break
                time.sleep(0.5)
            calls = {outcome: server.metrics().get(
                f'bankslip_service_calls_total{{outcome="{outcome}",service="email"}}', 0)
                for outcome in ("too_fast", "not_done", "retried")}
    finally:
        mocks.terminate()
        mocks.wait()
    slips = next((p["t"] for p in points if p["generated"] == options.rows), None)
    last = points[-1]
    return points, {
        "": title, "accepted after s": round(accepted, 1),
        "all slips after s": round(slips, 1) if slips else f"{last['generated']} rows",
        "e-mails": last["emailed"], "in s": round(last["t"], 1),
        "of the rate": f"{last['emailed'] / (last['t'] * options.rate):.1%}",
        "calls refused": int(sum(calls.values())), "failed": last["failed"],
        "looks at /readyz that were 503": unready}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--svg", type=pathlib.Path)
    parser.add_argument("--runs", default=",".join(RUNS))
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
        if options.svg and name != "set":
            picture = f"mail-{RUNS[name][1]}.svg"
            (options.svg / picture).write_text(write_svg(points))
    print("| " + " | ".join(results[0]) + " |")
    print("|" + "---|" * len(results[0]))
    for figures in results:
        print("| " + " | ".join(str(value) for value in figures.values()) + " |")


if __name__ == "__main__":
    main()
