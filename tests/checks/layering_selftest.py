#!/usr/bin/env python3
"""Shows that layering.py finds what it should: one forbidden include per rule."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

CHECK = pathlib.Path(__file__).with_name("layering.py")
ROOT = CHECK.parent.parent.parent

CASES = [
    ("domain/a.hpp", "#include <vector>", True),
    ("domain/a.hpp", "#include <caf/expected.hpp>", True),
    ("domain/a.hpp", "#include <caf/actor.hpp>", False),
    ("domain/a.cpp", "#include <openssl/evp.h>", False),
    ("domain/crypto.cpp", "#include <openssl/evp.h>", True),
    ("domain/a.cpp", "#include <idn2.h>", False),
    ("domain/email_domain.cpp", "#include <idn2.h>", True),
    ("domain/pace/mail_pace.cpp", "#include <cctz/time_zone.h>", False),
    ("domain/pace/send_schedule.cpp", "#include <cctz/time_zone.h>", True),
    ("domain/a.cpp", '#include "telemetry/log.hpp"', False),
    ("kafka/a.cpp", "#include <librdkafka/rdkafka.h>", True),
    ("kafka/a.hpp", "#include <librdkafka/rdkafka.h>", False),
    ("kafka/impl/a.hpp", "#include <librdkafka/rdkafka.h>", True),
    ("kafka/a.cpp", '#include "persistence/persistence.hpp"', False),
    ("persistence/a.cpp", '#include "actors/protocol.hpp"', False),
    ("persistence/a.cpp", '#include "sql_files.hpp"', True),
    ("http/api/a.cpp", '#include "actors/protocol.hpp"', True),
    ("http/api/a.cpp", '#include "actors/front.hpp"', False),
    ("http/api/a.cpp", '#include "http/server/router.hpp"', True),
    ("http/server/a.cpp", '#include "http/api/answers.hpp"', False),
    ("http/server/a.cpp", "#include <httplib.h>", True),
    ("http/api/a.cpp", "#include <httplib.h>", False),
    ("kafka/a.cpp", '#include "http/server/router.hpp"', False),
    ("actors/a.cpp", '#  include "kafka/kafka.hpp"', False),
    ("services/a.cpp", '#include "impl/url.hpp"', False),
    ("mocks/a.cpp", '#include "services/impl/url.hpp"', False),
    ("services/a.hpp", "#include <unistd.h>", False),
]


def passes(path, line):
    with tempfile.TemporaryDirectory() as folder:
        for rules in ("CMakeLists.txt", "cmake/vendors.cmake"):
            copy = pathlib.Path(folder, rules)
            copy.parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / rules, copy)
        file = pathlib.Path(folder, path)
        file.parent.mkdir(parents=True)
        file.write_text(line + "\n", encoding="utf-8")
        run = subprocess.run([sys.executable, str(CHECK), folder], capture_output=True, text=True,
                             check=False)
        return f"{path}:1:" not in run.stdout


def unused_vendor_is_found():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "CMakeLists.txt").write_text("bankslip_room(a VENDORS vendor::b)\n")
        (root / "cmake").mkdir()
        (root / "cmake/vendors.cmake").write_text("bankslip_vendor(b b.h)\n")
        (root / "a").mkdir()
        (root / "a/a.cpp").write_text("#include <vector>\n")
        run = subprocess.run([sys.executable, str(CHECK), folder], capture_output=True, text=True,
                             check=False)
        return "includes none" in run.stdout


def main():
    wrong = [] if unused_vendor_is_found() else [("CMakeLists.txt", "an unused vendor", False)]
    wrong += [case for case in CASES if passes(case[0], case[1]) != case[2]]
    for path, line, allowed in wrong:
        print(f"{path}: {line}: should be {'allowed' if allowed else 'forbidden'}")
    print(f"{len(CASES)} cases, {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
