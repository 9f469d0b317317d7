#!/usr/bin/env python3
"""Reads the #include lines of every room and names those that break the layering.

The rules are those of CMake: the calls of bankslip_room say which rooms and vendors a
room uses, those of bankslip_vendor which headers are a vendor's. Vendor headers stand
in .cpp files and impl/ headers only, impl/ belongs to its room, and a vendor that a
room names must be included by it.
"""
import pathlib
import re
import sys

# What values of errors are made of: of CAF, all that rooms without actors may use.
ERRORS = {"caf/atom.hpp", "caf/deep_to_string.hpp", "caf/error.hpp", "caf/expected.hpp",
          "caf/make_message.hpp", "caf/message.hpp"}
# Of the vendors in domain, each is for one file: digests, and domains in ASCII.
DOMAIN_FILES = {"crypto": "domain/crypto.cpp", "idn2": "domain/email_domain.cpp",
                "cctz": "domain/pace/send_schedule.cpp"}
SYSTEM = re.compile(r"^((sys|arpa|netinet|net|linux)/\w+\.h|"
                    r"(unistd|fcntl|endian|malloc|netdb|poll|pthread|signal|sched|spawn|syslog|"
                    r"termios|iconv|semaphore|time)\.h)$")
STANDARD = re.compile(r"^[a-z_0-9]+$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


class Room:
    def __init__(self, name, words):
        self.name, self.folder = name, name
        self.uses, self.vendors, self.only = [], [], set()
        into = None
        for word in words:
            if word in ("DIR", "USES", "VENDORS", "ONLY"):
                into = word
            elif into == "DIR":
                self.folder = word
            elif into == "USES":
                self.uses.append(word)
            elif into == "VENDORS":
                self.vendors.append(word.removeprefix("vendor::"))
            else:
                self.only.add(word)


def calls(text, function):
    text = re.sub(r"#.*", "", text)
    return [found.split() for found in re.findall(function + r"\(([^)$]*)\)", text)]


class Tree:
    def __init__(self, root):
        cmake = (root / "CMakeLists.txt").read_text(encoding="utf-8")
        vendors = (root / "cmake/vendors.cmake").read_text(encoding="utf-8")
        self.root = root
        self.rooms = [Room(words[0], words[1:]) for words in calls(cmake, "bankslip_room")]
        self.by_name = {room.name: room for room in self.rooms}
        self.vendors = {words[0]: words[1:] for words in calls(vendors, "bankslip_vendor")}

    def room_of(self, path):
        """The room with the longest folder that `path` is below."""
        inside = [r for r in self.rooms if path.startswith(r.folder + "/")]
        return max(inside, key=lambda r: len(r.folder), default=None)

    def files(self, room):
        for file in sorted((self.root / room.folder).rglob("*.[ch]pp")):
            path = str(file.relative_to(self.root))
            if self.room_of(path) is room:
                yield path, file.read_text(encoding="utf-8").splitlines()

    def vendor_of(self, name):
        for vendor, headers in self.vendors.items():
            if any(name == h or (name.startswith(h) and not h.endswith(".h")) for h in headers):
                return vendor
        return None

    def check_own(self, room, name):
        """Why a quoted include is forbidden, or None."""
        if "/" not in name:
            vendor = self.vendor_of(name)
            return None if vendor in room.vendors else "is not written as \"room/file.hpp\""
        other = self.room_of(name)
        if other is None:
            return "is in no room"
        if other is room:
            return None
        if "/impl/" in name:
            return "is private to " + other.name
        if other.name not in room.uses:
            return f"is not for {room.name}, which uses {', '.join(room.uses) or 'only itself'}"
        only = {h for h in room.only if h.startswith(other.folder + "/")}
        if only and name not in only:
            return f"is not for {room.name}, which sees only {', '.join(sorted(only))}"
        return None

    def check_foreign(self, room, path, name):
        """Why an include in angle brackets is forbidden, or None."""
        if STANDARD.match(name):
            return None
        if name.startswith("caf/"):
            if name in ERRORS or "actors" in (room.name, *room.uses):
                return None
            return f"is not for {room.name}: of CAF only {', '.join(sorted(ERRORS))}"
        hidden = path.endswith(".cpp") or "/impl/" in path
        if SYSTEM.match(name):
            return None if hidden else "is a system header, for .cpp files and impl/ only"
        vendor = self.vendor_of(name)
        if vendor not in room.vendors:
            return f"is no vendor of {room.name}"
        if room.name == "domain" and path != DOMAIN_FILES[vendor]:
            return f"is for {DOMAIN_FILES[vendor]} only"
        return None if hidden else "is a vendor's header, for .cpp files and impl/ only"

    def problems(self):
        for room in self.rooms:
            used = set()
            for path, lines in self.files(room):
                for number, line in enumerate(lines, 1):
                    match = INCLUDE.match(line)
                    if not match:
                        continue
                    quote, name = match.groups()
                    used.add(self.vendor_of(name))
                    why = (self.check_own(room, name) if quote == '"'
                           else self.check_foreign(room, path, name))
                    if why:
                        yield f"{path}:{number}: {name} {why}"
            for vendor in room.vendors:
                if vendor not in used:
                    yield f"CMakeLists.txt: {room.name} names vendor::{vendor} and includes none"


def main():
    tree = Tree(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
    files = sum(1 for room in tree.rooms for _ in tree.files(room))
    if files == 0:
        sys.exit(f"no C++ files below {tree.root}")
    found = list(tree.problems())
    print("\n".join(found + [f"{files} files, {len(found)} faults"]))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
