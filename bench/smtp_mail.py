#!/usr/bin/env python3
"""E-mails of the mail stage by SMTP: how many a second, and the CPU time of each, once all slips
are there. `plain` and `pdf` hand them to Postfix's smtp-sink, `slow` to a server where the answer
to each command takes 20 ms.

usage: bench/smtp_mail.py PROGRAM [--rows N] [--runs plain,pdf,slow]
"""
import argparse
import json
import os
import pathlib
import socket
import subprocess
import sys
import time

from stand import ROOT, WORK, BenchError, Stand, cpu_of, free_port

SINK = ROOT / "tests" / "faults" / "harness" / "smtp_sink.py"


def start_sink(name, port):
    if name == "slow":
        ledger = WORK / "smtp_mail.ledger"
        ledger.unlink(missing_ok=True)
        command = [sys.executable, SINK, str(port), ledger, "20", "20"]
    else:
        privileges = ["-u", "nobody"] if os.geteuid() == 0 else []
        command = ["smtp-sink", *privileges, f"127.0.0.1:{port}", "1024"]
    sink = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as link:
            if link.connect_ex(("127.0.0.1", port)) == 0:
                return sink
        time.sleep(0.05)
    raise BenchError("the mail server does not listen")


def run(options, name, file):
    port = free_port()
    sink = start_sink(name, port)
    try:
        with Stand(options.program, EMAIL_URL=f"smtp://127.0.0.1:{port}", EMAIL_DELIVERY="paced",
                   EMAIL_ATTACH_PDF="off" if name == "plain" else "on",
                   # Nothing reaches it.
                   EMAIL_RATE="100000") as stand:
            server = stand.start()
            server.wait_ready()
            answer = subprocess.run(["curl", "-s", "-F", f"file=@{file}",
                                     f"http://127.0.0.1:{server.port}/bankslip/batch"],
                                    check=True, stdout=subprocess.PIPE)
            upload = json.loads(answer.stdout)["upload_id"]
            return measure(options, stand, server, upload, sink)
    finally:
        sink.terminate()
        sink.wait()


def measure(options, stand, server, upload, sink):
    def look():
        return json.loads(server.get(f"/uploads/{upload}")[1])
    while (now := look())["generated"] < options.rows or now["emailed"] < options.rows // 10:
        time.sleep(0.05)
    first, began = now["emailed"], time.monotonic()
    before = dict(stand.cpu(), sink=cpu_of(sink.pid))
    while (now := look())["emailed"] < options.rows * 19 // 20:
        time.sleep(0.05)
    took, sent = time.monotonic() - began, now["emailed"] - first
    after = dict(stand.cpu(), sink=cpu_of(sink.pid))
    spent = {who: round((after[who] - before[who]) / sent * 1e6) for who in before}
    return {"e-mails": sent, "a second": round(sent / took), "in doubt": now["in_doubt"],
            **{f"µs CPU each: {who}": us for who, us in spent.items()}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--runs", default="plain,pdf,slow")
    options = parser.parse_args()
    options.program = options.program.resolve()
    WORK.mkdir(parents=True, exist_ok=True)
    file = WORK / "smtp_mail.csv"
    subprocess.run([options.program, "generate", "--rows", str(options.rows), "--out", file],
                   check=True, stdout=subprocess.DEVNULL, cwd=WORK)
    for name in options.runs.split(","):
        print(name, run(options, name, file), flush=True)


if __name__ == "__main__":
    main()
