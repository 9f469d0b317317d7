#!/usr/bin/env python3
"""The manual page names every command that app/main.cpp adds, and no other; the changelog
has a section of the version in CMakeLists.txt, which is the image's too."""
import re
import sys
from pathlib import Path

main = Path("app/main.cpp").read_text("utf-8")
added = set(re.findall(r'line\.add(?:_completion)?\(\s*"([a-z -]+)"', main))
page = Path("docs/bankslip.1").read_text("utf-8")
named = set()
for line in re.findall(r"^\.It Cm (.*)$", page, re.M):
    for command in re.split(r" , Cm ", line):
        words = re.split(r" (?:Ar|Op|Fl) ", command)[0].strip()
        named.add("completion" if words == "completion bash" else words)
faults = [f"docs/bankslip.1 lacks {c}" for c in sorted(added - named)]
faults += [f"docs/bankslip.1 has {c}, which is no command" for c in sorted(named - added)]
version = re.search(r"project\(bankslip VERSION ([\d.]+)", Path("CMakeLists.txt").read_text("utf-8"))[1]
if not re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$",
                 Path("CHANGELOG.md").read_text("utf-8"), re.M):
    faults.append(f"CHANGELOG.md has no section of {version} with its date")
if f"\nARG VERSION={version}\n" not in Path("Dockerfile").read_text("utf-8"):
    faults.append(f"Dockerfile has another VERSION than {version}")
print("\n".join(faults))
sys.exit(1 if faults else 0)
