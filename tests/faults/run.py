#!/usr/bin/env python3
"""Runs fault scenarios on a private stack of their own; see --help."""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import scenarios  # noqa: E402,F401
from harness import client_library, previous  # noqa: E402
from harness.cluster import Cluster  # noqa: E402
from harness.registry import ALL  # noqa: E402
from harness.report import by_outcome, show, table  # noqa: E402
from harness.stack import ROOT, Stack  # noqa: E402
from harness.world import World  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/faults", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Injects real faults while files are processed and compares what came out "
                    "with the files, by content.",
        epilog="scenarios: " + ", ".join(ALL) + "\na name stands for all that begin with it;"
               " those of the cluster run only where they are named")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these")
    parser.add_argument("--quick", action="store_true",
                        help="a selection with few rows, at most 5 minutes")
    parser.add_argument("--json", metavar="FILE", help="writes the results there")
    parser.add_argument("--markdown", metavar="FILE", help="writes them there as a table")
    parser.add_argument("--soak-minutes", type=float, default=None,
                        help="length of the soak (2; 30 for the full figure)")
    parser.add_argument("--storm-seconds", type=float, default=None, help="length of the storm")
    parser.add_argument("--repeat", type=int, default=None, metavar="N",
                        help="plays each fault of a cluster's machine so often (3; 1 if --quick)")
    parser.add_argument("--librdkafka", metavar="VERSION",
                        help="runs the program with another version than the system's: that of"
                             " confluent-kafka on PyPI")
    parser.add_argument("--keep", action="store_true", help="keeps logs also where all is well")
    return parser.parse_args()


def chosen(options):
    if not options.names:
        return [s for s in ALL.values()
                if s.needs != "cluster" and (s.quick or not options.quick)]
    found = [s for s in ALL.values()
             if any(s.name == n or s.name.startswith(n + ".") for n in options.names)]
    unknown = [n for n in options.names
               if not any(s.name == n or s.name.startswith(n + ".") for s in ALL.values())]
    if unknown:
        sys.exit(f"faults: no scenario {', '.join(unknown)}; there are {', '.join(ALL)}")
    return found


def program(target, home):
    """A copy of the built program, so that a build may go on meanwhile.
    FAULTS_PROGRAM names another, beside which the one with crash points is."""
    copy = home / target
    if copy.exists():
        return copy
    given = os.environ.get("FAULTS_PROGRAM")
    if given:
        built = os.path.abspath(given)
    else:
        built = subprocess.run([ROOT / "scripts/build", "release", target], text=True, check=True,
                               stdout=subprocess.PIPE).stdout.strip().splitlines()[-1]
    shutil.copy2(os.path.join(os.path.dirname(built), target), copy)
    return copy


def run_one(one, stack, home, options):
    folder = home / one.name
    began = time.monotonic()
    result = {"scenario": one.name, "passed": False, "seconds": 0}
    world = None
    if one.needs == "root" and os.geteuid() != 0:
        return dict(result, skipped="needs root")
    earlier = previous.program(home) if one.needs == "previous" else None
    if one.needs == "previous" and earlier is None:
        return dict(result, skipped="git knows no earlier version; FAULTS_PREVIOUS names one")
    try:
        world = World(stack, program("bankslip", home), folder, one.name, options.quick, options)
        if one.needs == "crash":
            world.crash_program = program("bankslip_crash", home)
        world.previous_program = earlier
        result.update(one.run(world))
        result["passed"] = True
    except Exception as error:  # pylint: disable=broad-except
        result["error"] = str(error) or repr(error)
        (folder / "error.txt").write_text(traceback.format_exc())
    finally:
        if world is not None:
            world.close()
    result["seconds"] = round(time.monotonic() - began, 1)
    if result["passed"] and not options.keep:
        shutil.rmtree(folder, ignore_errors=True)
    return result


def run_on(stack, todo, home, options, results):
    """All of these on one stack, which is started and removed."""
    def done(result):
        results.append(result)
        show(result)

    try:
        stack.run("up")
        for one in [s for s in todo if not s.together]:
            # Where the last one broke off it may have left a server down.
            stack.start()
            done(run_one(one, stack, home, options))
        together = [s for s in todo if s.together]
        if together:
            stack.start()
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            for result in pool.map(lambda s: run_one(s, stack, home, options), together):
                done(result)
    finally:
        stack.run("reset")


def main():
    options = arguments()
    # A stop must not leave servers behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    todo = chosen(options)
    home = ROOT / ".local" / f"faults-{os.getpid()}"
    home.mkdir(parents=True)
    results = []
    try:
        if options.librdkafka:
            client_library.install(options.librdkafka)
        program("bankslip", home)
        if any(s.needs == "crash" for s in todo):
            program("bankslip_crash", home)
        for kind, some in ((Stack, [s for s in todo if s.needs != "cluster"]),
                           (Cluster, [s for s in todo if s.needs == "cluster"])):
            if some:
                run_on(kind(home), some, home, options, results)
    finally:
        if options.json:
            pathlib.Path(options.json).write_text(json.dumps(results, indent=1) + "\n")
        if options.markdown:
            pathlib.Path(options.markdown).write_text(table(results))
    held, skipped, failed = by_outcome(results)
    if not failed and not options.keep:
        shutil.rmtree(home, ignore_errors=True)
    print(f"faults: {len(held)} of {len(results)} scenarios hold"
          + (f"; skipped: {', '.join(skipped)}" if skipped else "")
          + (f"; failed: {', '.join(failed)}; logs in {home}" if failed else ""), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
