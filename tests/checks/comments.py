#!/usr/bin/env python3
"""Comments of headers are sentences with a subject and a verb: none begins with Of, What,
Where or Whose."""
import re
import subprocess
import sys

headers = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.hpp"],
                         capture_output=True, text=True, check=True).stdout.split()
faults = []
for path in headers:
    lines = open(path, encoding="utf-8").read().split("\n")
    for number, (before, line) in enumerate(zip([""] + lines, lines), 1):
        if (re.match(r"\s*/// (Of|What|Where|Whose)\b", line)
                and not before.lstrip().startswith("///")):
            faults.append(f"{path}:{number}: {line.strip()}")
print("\n".join(faults) or f"{len(headers)} headers")
sys.exit(1 if faults else 0)
