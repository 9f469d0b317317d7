#!/usr/bin/env python3
"""The root listing, the picture in ARCHITECTURE.md, the tables of both READMEs and
of CONTRIBUTING.md are the same: every folder stands in each, and no other. The last one
names each room's vendors too, as CMakeLists.txt does."""
import re
import subprocess
import sys


def between(path, begin, end):
    text = open(path, encoding="utf-8").read()
    return text[text.index(begin):].split(end, 1)[0]


folders = {f.split("/")[0] for f in subprocess.run(
    ["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split()
    if "/" in f and not f.startswith(".")}
faults = []
for path, begin, end in (("ARCHITECTURE.md", "\n## Rooms", "`kafka`, `persistence`"),
                         ("README.md", "| folder |", "\n\n"),
                         ("README.pt-BR.md", "| pasta |", "\n\n")):
    text = between(path, begin, end)
    missing = sorted(f for f in folders if not re.search(rf"(?<![\w-]){f}(?![\w-])", text))
    faults += [f"{path} does not name {f}/" for f in missing]
    faults += [f"{path} names {f}/, which is not there" for f in
               sorted(set(re.findall(r"^\| `(\w+)/`", text, re.M)) - folders)]
calls = dict(re.findall(r"^bankslip_room\((\w+)([^)]*)", open("CMakeLists.txt").read(), re.M))
used = {room: set(re.findall(r"USES ([^A-Z]*)", call)[0].split()) if "USES" in call else set()
        for room, call in calls.items()}
rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in between(
    "CONTRIBUTING.md", "| room |", "\n\n").splitlines()[2:]]
rows = {room.strip("`").replace("/", "_"): (may, vendors) for room, may, _, vendors in rows}
named = {room: set(re.sub(r"`(\w+)/protocol.hpp`", r"\1", may)
                   .replace("/", "_").replace("itself", "").split(", ")) - {""}
         for room, (may, _) in rows.items()}
named["app"] = used["app"]
for room, call in calls.items():
    # The program's own files are no vendor's.
    linked = {v for v in re.findall(r"vendor::(\w+)", call) if not v.endswith(("_files", "_templates"))}
    told = {re.sub(r"^(lib|cpp-)|-cpp$", "", word.split()[0].lower()).replace(".", "_")
            for word in rows.get(room, ("", ""))[1].split(", ")} - {"none", ""}
    if linked != told:
        faults.append(f"CONTRIBUTING.md and CMakeLists.txt differ on the vendors of {room}: "
                      f"{sorted(linked ^ told)}")
faults += [f"CONTRIBUTING.md and CMakeLists.txt differ on the room {r}"
           for r in sorted(used.keys() | named.keys()) if used.get(r) != named.get(r)]
print("\n".join(faults))
sys.exit(1 if faults else 0)
