#!/usr/bin/env python3
"""Comments of headers are sentences with a subject and a verb: none begins with Of, What,
Where or Whose, nor is one only a "That of …"."""
import re
import subprocess
import sys

BEGIN = r"(Of|What|Where|Whose|That (of|carries))\b"
headers = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.hpp"],
                         capture_output=True, text=True, check=True).stdout.split()
faults = []
for path in headers:
    text = open(path, encoding="utf-8").read()
    for block in re.finditer(r"(?:^[ \t]*///.*\n)+", text, re.M):
        # Slashes become blanks, so that an offset stays one of the file.
        words = re.sub(r"^[ \t]*///", lambda m: " " * len(m[0]), block[0], flags=re.M)
        for at in re.finditer(rf"(?:\A\s*|[.;:]\s+){BEGIN}", words):
            place = block.start() + at.start(1)
            line = text[:place].count("\n")
            faults.append(f"{path}:{line + 1}: {text.splitlines()[line].strip()}")
print("\n".join(faults) or f"{len(headers)} headers")
sys.exit(1 if faults else 0)
