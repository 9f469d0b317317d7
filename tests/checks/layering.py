#!/usr/bin/env python3
"""Reads the #include lines of every room and names those that break the layering.

A room may use the rooms listed for it, CAF as far as listed, and its vendors; vendor
headers stand in .cpp files and impl/ headers only, and impl/ belongs to its room.
"""
import pathlib
import re
import sys

# What values of errors are made of.
ERRORS = {"caf/atom.hpp", "caf/deep_to_string.hpp", "caf/error.hpp", "caf/expected.hpp",
          "caf/make_message.hpp", "caf/message.hpp"}
ALL_CAF = None

# Room: (rooms and single headers of others, CAF headers, vendors by first folder or name).
RULES = {
    "domain": (set(), ERRORS, {"openssl"}),
    "telemetry": ({"domain"}, ERRORS, {"prometheus", "spdlog"}),
    "kafka": ({"domain", "telemetry"}, ERRORS, {"librdkafka", "rapidjson"}),
    "persistence": ({"domain", "telemetry"}, ERRORS, {"pqxx", "libpq-fe.h"}),
    "services": ({"domain", "telemetry"}, ERRORS,
                 {"curl", "httplib.h", "rapidjson", "hpdf.h", "qrencode.h", "sqlite3.h"}),
    "actors": ({"domain", "telemetry"}, ALL_CAF, set()),
    "http": ({"actors/protocol.hpp", "domain", "telemetry"}, ALL_CAF, {"httplib.h", "rapidjson"}),
    "app": ({"domain", "telemetry", "kafka", "persistence", "services", "actors", "http"}, ALL_CAF,
            {"CLI", "curl", "rapidjson"}),
}
# OpenSSL is for the digests of one file.
CRYPTO_FILE = "domain/settlement/idempotency.cpp"
# Made by the build from sql/ and the templates of the e-mail.
GENERATED = {"persistence": {"sql_files.hpp"}, "services": {"mail_templates.hpp"}}
SYSTEM = re.compile(r"^((sys|arpa|netinet|net|linux)/\w+\.h|"
                    r"(unistd|fcntl|endian|malloc|netdb|poll|pthread|signal|sched|spawn|syslog|"
                    r"termios)\.h)$")
STANDARD = re.compile(r"^[a-z_0-9]+$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def check_own(room, name):
    """Why a quoted include is forbidden, or None."""
    uses = RULES[room][0]
    if name in GENERATED.get(room, ()):
        return None
    other = name.split("/")[0]
    if "/" not in name or other not in RULES:
        return "is not written as \"room/file.hpp\""
    if other == room:
        return None
    if "/impl/" in name:
        return "is private to " + other
    if other not in uses and name not in uses:
        return f"is not for {room}, which uses only {', '.join(sorted(uses)) or 'itself'}"
    return None


def check_foreign(room, path, name):
    """Why an include in angle brackets is forbidden, or None."""
    _, caf, vendors = RULES[room]
    if STANDARD.match(name) or name in GENERATED.get(room, ()):
        return None
    if name.startswith("caf/"):
        if caf is ALL_CAF or name in caf:
            return None
        return f"is not for {room}: of CAF only {', '.join(sorted(caf))}"
    hidden = path.endswith(".cpp") or "/impl/" in path
    if SYSTEM.match(name):
        return None if hidden else "is a system header, for .cpp files and impl/ only"
    if name.split("/")[0] not in vendors:
        return f"is no vendor of {room}"
    if room == "domain" and path != CRYPTO_FILE:
        return f"is for {CRYPTO_FILE} only"
    return None if hidden else "is a vendor's header, for .cpp files and impl/ only"


def problems(root):
    for room in RULES:
        for file in sorted((root / room).rglob("*.[ch]pp")):
            path = str(file.relative_to(root))
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                quote, name = match.groups()
                why = check_own(room, name) if quote == '"' else check_foreign(room, path, name)
                if why:
                    yield f"{path}:{number}: {name} {why}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    files = sum(1 for room in RULES for _ in (root / room).rglob("*.[ch]pp"))
    if files == 0:
        sys.exit(f"no C++ files below {root}")
    found = list(problems(root))
    print("\n".join(found + [f"{files} files, {len(found)} forbidden includes"]))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
