#!/usr/bin/python3
"""Builds the Debian package of a release, and lives its life in a system of its own.

usage: tests/package/run.py 12|13

A clean system of that release, booted with systemd, gets the package by apt, its units are
started on the private stack (STACK_POSTGRES_PORT, STACK_KAFKA_PORT), reloaded, hung,
upgraded, removed and purged. Takes root. PACKAGE names a package that is built already.
"""
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from system import ROOT, SUITES, Refused, System, run, until

POSTGRES = os.environ.get("STACK_POSTGRES_PORT", "15432")
KAFKA = os.environ.get("STACK_KAFKA_PORT", "19092")
UNITS = ("bankslip-api", "bankslip-worker@1", "bankslip-worker@2")
ENV = "/etc/bankslip/bankslip.env"
# What a machine that only runs the program has no use for.
BUILDS = re.compile(r"^(g\+\+|gcc|cmake|ninja|make|ccache|maven|.*-dev|.*-dev-bin|libboost-.*"
                    r"|.*rapidcheck.*|.*unit-test.*|default-jre.*|openjdk.*)$")
# Of systemd-analyze security: 10 is no protection, below 2 is "OK".
EXPOSED = 2.0


def expect(is_so, text):
    if not is_so:
        raise Refused(text)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def psql(statement):
    return run("psql", "-qAt", "-h", "127.0.0.1", "-p", POSTGRES, "-U", "admin", "postgres", "-c",
               statement, env={**os.environ, "PGPASSWORD": "changethis"})


class Life:
    """The steps, in their order; each is told as a sentence with its time."""

    def __init__(self, release, package, system):
        self.release, self.package, self.system = release, Path(package), system
        self.name = f"bankslip_package_{release}_{os.getpid()}"
        self.port, self.admin_port = free_port(), free_port()
        shutil.copy(package, system.folder / "root/old.deb")

    def tell(self, sentence, step):
        began = time.monotonic()
        figure = step()
        print(f"{self.release}: {sentence}{f' ({figure})' if figure else ''}: "
              f"{time.monotonic() - began:.1f} s", flush=True)

    def all(self):
        self.tell("lintian has nothing to say", self.lintian)
        self.tell("it installs, with no tool that builds or tests", self.installs)
        self.tell("its files, user and completion are there, nothing runs", self.files)
        self.tell("its units are sound and closed off", self.units)
        self.tell("a check that fails keeps a unit from starting, and tells why", self.refused)
        self.tell("settings made, all units come up ready and settle an upload", self.serves)
        self.tell("a reload reads a new key", self.reloads)
        self.tell("a process that hangs is ended and started anew", self.hangs)
        self.tell("installed again, the settings are kept", self.again)
        self.tell("an upgrade keeps the settings and starts one unit after the other anew", self.upgrade)
        self.tell("removed, nothing runs and the settings stay", self.removed)
        self.tell("a purge leaves nothing", self.purged)

    def lintian(self):
        out = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", self.package],
                             text=True, check=False,
                             capture_output=True)
        expect(out.returncode == 0, out.stdout + out.stderr)

    def packages(self):
        return set(self.system.run("dpkg-query -W -f '${Package}\\n'").split())

    def installs(self):
        before = self.packages()
        used = "du -sxk / --exclude=/var/lib/apt --exclude=/var/cache | cut -f 1"
        size = int(self.system.run(used))
        self.system.run("apt-get -qq update && apt-get -qq install -y --no-install-recommends "
                        "/root/old.deb", timeout=600)
        came = self.packages() - before
        expect("bankslip" in came, "not installed")
        builds = sorted(name for name in came if BUILDS.match(name))
        expect(not builds, f"it brought {builds}")
        missing = self.system.run("ldd /usr/bin/bankslip | grep 'not found' || true")
        expect(not missing, missing)
        return f"{len(came)} packages, {(int(self.system.run(used)) - size) / 1024:.0f} MB"

    def files(self):
        s = self.system
        expect(s.run(f"stat -c '%a %U' {ENV}").strip() == "600 root", "the settings are readable")
        expect("nologin" in s.run("getent passwd bankslip"), "the user may log in")
        commands = re.findall(r"^  ([a-z][a-z-]*) {2,}", s.run("bankslip --help"), re.M)
        page = s.run("zcat /usr/share/man/man1/bankslip.1.gz")
        expect({"serve", "check", "upload"} <= set(commands), f"no commands in --help: {commands}")
        unnamed = [c for c in commands if f"Cm {c}" not in page]
        expect(not unnamed, f"the manual page lacks {unnamed}")
        s.run("bash -n /usr/share/bash-completion/completions/bankslip")
        self.whole_guides(s.folder / "usr/share/doc/bankslip")
        for script in ("backup", "restore"):
            expect("usage:" in s.run(f"/usr/share/bankslip/scripts/{script} --help"), script)
        self.valid_bill(s.folder / "usr/share/doc/bankslip/sbom.cdx.json")
        for unit in UNITS:
            expect(s.status_of(f"systemctl is-active {unit}")[1].strip() == "inactive", unit)
            expect(s.status_of(f"systemctl is-enabled {unit}")[1].strip() == "disabled", unit)

    @staticmethod
    def whole_guides(folder):
        guides = [folder / "README.Debian", *folder.glob("*.md")]
        expect(folder / "OPERATIONS.md" in guides, "no guide for operators")
        dead = [f"{guide.name}: {link}" for guide in guides
                for link in re.findall(r"\]\(([^)#:]+)[)#]", guide.read_text(encoding="utf-8"))
                if not (folder / link).exists()]
        expect(not dead, f"dead links: {dead}")

    @staticmethod
    def valid_bill(path):
        check = ("import sys; from cyclonedx.validation.json import JsonStrictValidator as V; "
                 "from cyclonedx.schema import SchemaVersion as S; "
                 "fault = V(S.V1_6).validate_str(open(sys.argv[1]).read()); "
                 "sys.exit(str(fault) if fault else 0)")
        run(ROOT / ".local/venv/bin/python", "-c", check, path)

    def units(self):
        s = self.system
        shown = s.run("systemd-analyze verify --man=no bankslip-api.service bankslip-worker@1.service")
        expect("bankslip" not in shown, shown)
        exposed = []
        for unit in UNITS[:2]:
            table = s.run(f"systemd-analyze security --no-pager {unit}.service")
            exposed.append(re.search(r"exposure level for \S+: ([\d.]+)", table).group(1))
            expect(float(exposed[-1]) < EXPOSED, table)
        return f"exposure {' and '.join(exposed)}"

    def refused(self):
        s = self.system
        # No server listens there.
        s.write(ENV, "POSTGRES_PORT=1\nKAFKA_BOOTSTRAP_SERVERS=127.0.0.1:1\n", 0o600)
        status, _ = s.status_of("systemctl start bankslip-api")
        expect(status != 0, "it started")
        lines = s.run("journalctl -q --no-pager -o cat -u bankslip-api")
        for line in ("ok    settings", "fail  database", "fail  kafka"):
            expect(line in lines, f"no line '{line}' in\n{lines}")
        # It is tried again until the database is there.
        expect(s.property("bankslip-api", "ActiveState") == "activating", "given up")
        s.run("systemctl stop bankslip-api")
        s.write(ENV, "WORKERS=none\n", 0o600)
        expect(s.status_of("systemctl start bankslip-worker@1")[0] != 0, "it started")
        lines = s.run("journalctl -q --no-pager -o cat -u bankslip-worker@1")
        expect("WORKERS=none: must be a whole number" in lines, lines)
        s.run("systemctl stop bankslip-worker@1")

    def settings(self):
        return (f"POSTGRES_PORT={POSTGRES}\nPOSTGRES_USER=admin\nPOSTGRES_PASSWORD=changethis\n"
                f"POSTGRES_DB={self.name}\nKAFKA_BOOTSTRAP_SERVERS=127.0.0.1:{KAFKA}\n"
                f"BANKSLIP_TOPIC={self.name}\nBANKSLIP_DLQ_TOPIC={self.name}.dlq\n"
                f"KAFKA_GROUP_ID={self.name}\nSERVER_PORT={self.port}\nADMIN_PORT={self.admin_port}\n"
                "API_KEYS_FILE=/etc/bankslip/keys\n")

    def new_key(self, name):
        """Makes a key of the API as docs/INSTALL.md says; gives its secret."""
        secret, line = self.system.run(
            f"bankslip key new {name} --scope ingest --scope read 2>/dev/null").split("\n", 1)
        self.system.run(f"umask 027; echo '{line.strip()}' >>/etc/bankslip/keys; "
                        "chgrp bankslip /etc/bankslip/keys")
        return secret

    def upload(self, rows, start):
        out = self.system.run(
            f"cd /tmp && bankslip generate --rows {rows} --start-id {start} --out f.csv && "
            f"bankslip upload f.csv --wait --url http://127.0.0.1:{self.port} --key {self.key}",
            timeout=120)
        expect(re.search(rf"e-mailed +{rows}\b", out), out)

    def serves(self):
        s = self.system
        s.write(ENV, self.settings(), 0o600)
        for n in (1, 2):
            s.write(f"/etc/bankslip/worker-{n}.env", f"ADMIN_PORT={free_port()}\n")
        self.key = self.new_key("erp")
        # Active is what has said READY=1.
        s.run(f"systemctl enable --now {' '.join(UNITS)}", timeout=120)
        for unit in UNITS:
            expect(s.property(unit, "ActiveState") == "active", unit)
            expect(s.property(unit, "StatusText") == "serving", unit)
        # Which the units' view of /proc must not hide.
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}/metrics") as answer:
            started = re.search(r"^process_start_time_seconds (\S+)", answer.read().decode(), re.M)
        expect(abs(time.time() - float(started[1])) < 600, started[0])
        self.upload(500, 0)

    def reloads(self):
        s = self.system
        key = self.new_key("shop")
        ask = (f"bankslip status --url http://127.0.0.1:{self.port} --key {key}")
        expect(s.status_of(ask)[0] == 1, "the key is known before the reload")
        pid = s.property("bankslip-api", "MainPID")
        s.run("systemctl reload bankslip-api bankslip-worker@1")
        until("the new key works", 10, lambda: s.status_of(ask)[0] == 0)
        expect(s.property("bankslip-api", "MainPID") == pid, "it was started anew")
        expect(s.property("bankslip-worker@1", "ActiveState") == "active", "ended by the reload")

    def hangs(self):
        s, unit = self.system, "bankslip-worker@2"
        s.run(f"mkdir -p /run/systemd/system/{unit}.service.d; "
              f"printf '[Service]\\nWatchdogSec=6\\nRestartSec=1\\n' "
              f">/run/systemd/system/{unit}.service.d/test.conf; "
              f"systemctl daemon-reload; systemctl restart {unit}", timeout=120)
        pid = s.property(unit, "MainPID")
        # Two watchdog times alive: it gives its signs.
        time.sleep(13)
        expect(s.property(unit, "MainPID") == pid, "a living process was ended")
        s.run(f"kill -STOP {pid}")
        until("the hung process is replaced", 90,
              lambda: s.property(unit, "MainPID") not in (pid, "0")
              and s.property(unit, "ActiveState") == "active")
        self.upload(500, 1000)

    def pids(self):
        return {unit: self.system.property(unit, "MainPID") for unit in UNITS}

    def again(self):
        self.system.run("apt-get -qq install -y --reinstall --allow-downgrades /root/old.deb",
                        timeout=300)
        expect(self.system.run(f"cat {ENV}") == self.settings(), "the settings are others")

    def newer(self):
        """The same package with a higher version and other default settings."""
        tree, out = self.system.folder / "root/newer", self.system.folder / "root/new.deb"
        run("dpkg-deb", "-R", self.package, tree)
        control = tree / "DEBIAN/control"
        control.write_text(re.sub(r"^Version: [\d.]+", "Version: 99.0.0", control.read_text(),
                                  flags=re.M))
        with open(tree / ENV.lstrip("/"), "a", encoding="utf-8") as env:
            env.write("# of the newer package\n")
        run("dpkg-deb", "--root-owner-group", "-b", tree, out)

    def one_after_the_other(self):
        """None went before the one before it had come."""
        times = sorted(tuple(int(self.system.property(unit, f"Active{which}TimestampMonotonic"))
                             for which in ("Exit", "Enter")) for unit in UNITS)
        expect(all(came <= went for (_, came), (went, _) in zip(times, times[1:])),
               f"more than one was away: {times}")

    def upgrade(self):
        self.newer()
        before = self.pids()
        self.system.run("apt-get -qq install -y -o Dpkg::Options::=--force-confdef "
                        "-o Dpkg::Options::=--force-confold /root/new.deb", timeout=300)
        expect(self.system.run(f"cat {ENV}") == self.settings(), "the settings are others")
        after = self.pids()
        expect(all(after[u] not in (before[u], "0") for u in UNITS), f"{before} {after}")
        self.one_after_the_other()
        self.upload(500, 2000)

    def removed(self):
        s = self.system
        s.run("apt-get -qq remove -y bankslip", timeout=300)
        expect(s.run("cat /proc/[0-9]*/comm | grep -x bankslip || true") == "", "a process runs")
        expect(s.run(f"cat {ENV}") == self.settings(), "the settings are gone")

    def purged(self):
        s = self.system
        s.run("rm -rf /root/*.deb /root/newer /run/systemd/system/bankslip* "
              "/etc/systemd/system/bankslip*; apt-get -qq purge -y bankslip")
        left = s.run("find / -xdev -name '*bankslip*' -not -path '/proc/*'")
        expect(left == "", f"left behind:\n{left}")
        expect(s.status_of("getent passwd bankslip")[0] != 0, "the user is still there")

    def clean_up(self):
        psql(f"drop database if exists {self.name} with (force)")


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in SUITES:
        print(__doc__.strip(), file=sys.stderr)
        sys.exit(2)
    release = sys.argv[1]
    began = time.monotonic()
    package = os.environ.get("PACKAGE") or run(ROOT / "scripts/package", release).split()[-1]
    print(f"{release}: {Path(package).name}, {Path(package).stat().st_size / 2**20:.1f} MiB: "
          f"{time.monotonic() - began:.1f} s", flush=True)
    with System(release, ROOT / f".local/test_package_{release}") as system:
        life = Life(release, package, system)
        try:
            life.all()
        except Refused as reason:
            print(f"{release}: {reason}")
            print(system.run("journalctl -q --no-pager -n 60 || true"))
            sys.exit(1)
        finally:
            life.clean_up()
    print(f"{release}: installed, served, upgraded and purged")


main()
