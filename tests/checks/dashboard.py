#!/usr/bin/env python3
"""Whether the dashboard is what its generator makes, keeps the rules of dashboards, and shows or
alerts on every metric of docs/METRICS.md and no other."""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
METRIC = re.compile(r"\b(?:bankslip|process)_[a-z_]+")


def documented():
    text = (ROOT / "docs/METRICS.md").read_text()
    return set(re.findall(r"^\| `((?:bankslip|process)_\w+)` \|", text, re.M))


def rule_faults(panels):
    for p in panels:
        name = f"panel {p['title']!r}"
        for field in ("title", "description"):
            if not p.get(field):
                yield f"{name} has no {field}"
        if not p["fieldConfig"]["defaults"].get("unit"):
            yield f"{name} has no unit"
        for target in p["targets"]:
            expr = target["expr"]
            if target["datasource"]["uid"] != "${source}":
                yield f"{name}: the data source is not the variable"
            if "$instance" not in expr:
                yield f"{name}: cannot be narrowed to a process"
            if re.search(r"rate\([^)]*\[\d", expr):
                yield f"{name}: a rate over a fixed time; take $__rate_interval"
            if not target["legendFormat"]:
                yield f"{name}: a query without legend"


def main():
    made = subprocess.run([ROOT / "deploy/grafana/dashboard.py", "--check"], capture_output=True,
                          text=True)
    if made.returncode != 0:
        sys.exit(made.stderr)
    board = json.loads((ROOT / "deploy/grafana/dashboards/bankslip.json").read_text())
    panels = [p for p in board["panels"] if p["type"] != "row"]
    faults = list(rule_faults(panels))
    text = " ".join(t["expr"] for p in panels for t in p["targets"])
    rules = "".join((ROOT / f"deploy/prometheus/{name}.yml").read_text()
                    for name in ("alerts", "recording"))
    used = {re.sub(r"_(bucket|sum|count)$", "", m) for m in METRIC.findall(text + rules)}
    faults += [f"{m} is used, but docs/METRICS.md does not know it" for m in used - documented()]
    faults += [f"{m} is neither shown nor alerted on" for m in documented() - used]
    if faults:
        sys.exit("\n".join(sorted(faults)))
    print(f"{len(panels)} panels, {len(used)} metrics")


if __name__ == "__main__":
    main()
