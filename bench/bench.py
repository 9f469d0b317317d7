#!/usr/bin/env python3
"""The benchmark: the whole pipeline against \\copy of the same file. See --help."""
import argparse
import json
import os
import pathlib
import platform
import signal
import statistics
import subprocess
import sys
import time

from figures import FIGURES
from passes import copy_baseline, one_pass
from plot import write_svg
from stand import WORK, BenchError, Stand
from verify import counts, file_content, mails, verify

SEED = 20260101
MEASURED = ["copy_s", "accepted_s", "settled_s", "resend_settled_s", "peak_rss_mb",
            "ratio_settled", "ratio_accepted", "ratio_resend", "rows_per_s"]


class Bench:
    """What the figures share: the program and the files."""

    def __init__(self, options):
        self.program, self.rows, self.http_rows = options.program, options.rows, options.http_rows
        self.runs_wanted, self._contents = options.runs, {}
        self.peak_rss_mib = None  # of the main runs, once they are done

    def file(self, rows, duplicates=0, start=0):
        """The file with these properties, made once."""
        path = WORK / f"rows-{SEED}-{rows}-{duplicates}-{start}.csv"
        if not path.exists():
            part = path.with_suffix(".part")
            subprocess.run([self.program, "generate", "--rows", str(rows), "--seed", str(SEED),
                            "--duplicates", str(duplicates), "--start-id", str(start), "--out",
                            str(part)], check=True, stdout=subprocess.DEVNULL)
            part.rename(path)
        return path

    def content(self, path):
        if path not in self._contents:
            self._contents[path] = file_content(path)
        return self._contents[path]


def main_run(bench, path, sample):
    """copy, upload, the same upload again, copy, all on one fresh stand. The speed of a
    machine changes within a minute, so the baseline is the mean of both copies."""
    content = bench.content(path)
    with Stand(bench.program) as stand:
        copies_s = [copy_baseline(stand, path)]
        server = stand.start()
        first = one_pass(stand, server, path, bench.rows, sample)
        threads, metrics = server.cpu_by_thread(), server.metrics()
        wrong = verify(stand, content, bench.rows)
        before = counts(stand)
        stand.psql("checkpoint")
        again = one_pass(stand, server, path, bench.rows)
        if again["record"]["duplicates"] != bench.rows:
            wrong.append(f"sent again: {again['record']['duplicates']} duplicates")
        if counts(stand) != before or set(mails(stand).values()) != {content[0]}:
            wrong.append("sent again: rows or e-mails changed")
        peak = server.peak_rss_mib()
        server.stop()
        copies_s.append(copy_baseline(stand, path))
    copy_s = statistics.mean(copies_s)
    for part in (first, again):
        part.pop("record")
    return {"copy_s": copy_s, "copies_s": copies_s, "accepted_s": first["accepted_s"],
            "settled_s": first["settled_s"], "resend_settled_s": again["settled_s"],
            "peak_rss_mb": peak,
            "ratio_settled": first["settled_s"] / copy_s,
            "ratio_accepted": first["accepted_s"] / copy_s,
            "ratio_resend": again["settled_s"] / copy_s,
            "rows_per_s": bench.rows / first["settled_s"], "cpu_s": first["cpu_s"],
            "resend_cpu_s": again["cpu_s"], "threads_cpu_s": threads,
            "stages_s": stage_seconds(metrics), "timeline": first.get("timeline", []),
            "wrong": wrong}


def stage_seconds(metrics):
    """Seconds spent in each stage, summed over all threads (waiting included)."""
    prefix = 'bankslip_stage_seconds_sum{stage="'
    return {name[len(prefix):-2]: value for name, value in metrics.items()
            if name.startswith(prefix)}


def machine():
    info = pathlib.Path("/proc/cpuinfo").read_text()
    models = [line.split(":", 1)[1].strip() for line in info.splitlines()
              if line.startswith("model name")]
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) // 1024
    return {"cpu": models[0] if models else platform.machine(), "cores": os.cpu_count(),
            "memory_mib": memory, "kernel": platform.release()}


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def print_table(report):
    print(f"\n{report['rows']} rows, {len(report['runs'])} run(s)")
    print(f"{'figure':<30}{'median':>12}{'min':>12}{'max':>12}")
    for name in MEASURED:
        s = spread([run[name] for run in report["runs"]])
        print(f"{name:<30}{s['median']:>12.2f}{s['min']:>12.2f}{s['max']:>12.2f}")
    for name, value in report.get("figures", {}).items():
        print(f"{name:<30}{value:>12.2f}")


def print_profile(report):
    rows = report["rows"]
    for title, key in (("CPU seconds by process", "cpu_s"),
                       ("CPU seconds by process, file sent again", "resend_cpu_s"),
                       ("CPU seconds of the server by thread", "threads_cpu_s"),
                       ("seconds in each stage, waiting included", "stages_s")):
        print(f"\n{title} (last run)")
        for name, value in sorted(report["runs"][-1][key].items(), key=lambda pair: -pair[1]):
            print(f"  {name:<24}{value:>9.2f} s{value / rows * 1e6:>9.2f} us/row")


def parse():
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Sends a file through the whole pipeline on a fresh "
        "database and topic of the private stack, against \\copy of the same file.")
    parser.add_argument("--rows", type=int, default=1_100_000)
    parser.add_argument("--runs", type=int, default=1, help="medians of so many runs")
    parser.add_argument("--json", type=pathlib.Path, help="writes every figure to this file")
    parser.add_argument("--svg", type=pathlib.Path, help="draws rows over time of the last run")
    parser.add_argument("--profile", action="store_true",
                        help="prints CPU by process and thread, and time by stage")
    parser.add_argument("--figures", default="", metavar="LIST",
                        help=f"also these, by commas, or 'all': {', '.join(FIGURES)}")
    parser.add_argument("--http-rows", type=int, default=30_000,
                        help="rows for the figure 'http' (at most --rows)")
    parser.add_argument("--program", default=os.environ.get("BANKSLIP_PROGRAM"),
                        help=argparse.SUPPRESS)
    options = parser.parse_args()
    names = list(FIGURES) if options.figures == "all" else \
        [name for name in options.figures.split(",") if name]
    unknown = [name for name in names if name not in FIGURES]
    if unknown:
        parser.error(f"no figure '{unknown[0]}'; there are: {', '.join(FIGURES)}")
    if options.rows < 1 or options.runs < 1 or options.http_rows < 1:
        parser.error("--rows, --runs and --http-rows are at least 1")
    options.figures = names
    return options


def measure(options):
    bench = Bench(options)
    path = bench.file(options.rows)
    runs, wrong = [], []
    for number in range(options.runs):
        print(f"run {number + 1} of {options.runs}", file=sys.stderr)
        run = main_run(bench, path, sample=options.svg is not None)
        wrong += run.pop("wrong")
        runs.append(run)
    report = {"rows": options.rows,
              **{name: statistics.median([run[name] for run in runs]) for name in MEASURED},
              "verified": False, "seed": SEED, "figures": {}, "machine": machine(), "runs": runs}
    bench.peak_rss_mib = report["peak_rss_mb"]
    for name in options.figures:
        print(f"figure {name}", file=sys.stderr)
        values, problems = FIGURES[name](bench)
        report["figures"].update(values)
        wrong += [f"{name}: {problem}" for problem in problems]
    report["verified"] = not wrong
    report["problems"] = wrong
    report.update(report["figures"])
    return report


def main():
    options = parse()
    WORK.mkdir(parents=True, exist_ok=True)
    report = measure(options)
    print_table(report)
    if options.profile:
        print_profile(report)
    if options.svg:
        options.svg.write_text(write_svg(report["runs"][-1]["timeline"]), encoding="utf-8")
    if options.json:
        report["finished_at"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"\nverified: {'true' if report['verified'] else 'false'}")
    for problem in report["problems"]:
        print(f"  {problem}")
    sys.exit(0 if report["verified"] else 1)


if __name__ == "__main__":
    # Ended from outside it still stops its servers and drops its database.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        main()
    except (BenchError, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"bench: {error}")
