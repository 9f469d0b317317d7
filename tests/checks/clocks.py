#!/usr/bin/env python3
"""Leases, windows and claims are told by the database's clock alone: whoever settles measures
spans by the steady clock. The time of day of a process goes into the audit, is signed by WEBHOOK,
and says when e-mails go on; nowhere else it is asked for."""
import re
import sys
from pathlib import Path

faults = []
told_to_people = ("postgres_access_store.cpp", "upload_mail.cpp")
for path in [*Path("domain/settlement").glob("*.?pp"), *Path("actors").glob("*.cpp")]:
    if path.name in ("webhook.cpp", "outbox_relay.cpp"):
        continue
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if re.search(r"\butc_now\(|system_clock::now\(|\btime\(nullptr\)|\bgettimeofday\(", line):
            faults.append(f"{path}:{number}: asks the process's clock for the time of day")
for path in [*Path("persistence").rglob("*.cpp"), *Path("persistence").rglob("*.hpp")]:
    text = path.read_text("utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        told = "format_utc(" in line and path.name not in told_to_people
        if told or re.search(r"\butc_now\(|system_clock::now\(", line):
            faults.append(f"{path}:{number}: tells the database the process's time")
print("\n".join(faults))
sys.exit(1 if faults else 0)
