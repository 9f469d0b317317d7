#!/usr/bin/env python3
"""Runs docker-compose.yml by podman and breaks what it can.

usage: tests/containers/run.py [--jobs N] [--rows N] [--pictures] [--keep]

Builds the image of the program and stand-ins for those that only a registry has, brings
everything up by scripts/demo, and looks from outside: through nginx with TLS, into the inbox, at
Prometheus, by Chromium. Then 100,000 rows with bad ones, repeated ones and contradicting ones go
through services that fail, while workers are taken away, added and killed and the database and
the broker restart; at the end every counter, the table and what the mail service has done must
agree to the row. docs/CONTAINERS.md says what differs from Docker.
"""
import argparse
import os
import signal
import subprocess
import sys
import time

import cluster
import images
from engine import HOME, PROJECT, ROOT, Engine, Failed, wait
from outside import Debts, Outside
from report import Report

INBOX_ROWS = 2_000
LATER_ROWS = 500
# So slow that there is work left whatever a container takes to come and go: 200 rows a second.
SLOW = {"latency_ms": {"min": 1000, "max": 3000},
        "rates": {"status_500": 0.01, "status_503": 0.01, "reset": 0.005}}
FAST = {"latency_ms": {"min": 0, "max": 20}}


def ended(record):
    return sum(record[end] for end in ("emailed", "duplicates", "conflicts", "failed", "in_doubt"))


def lasting(uploads):
    """The records without what tells how the mail stage goes now."""
    return [{name: value for name, value in upload.items() if name not in ("mail_rate", "mail_limit")}
            for upload in uploads]


def check(what, found, wanted):
    if found != wanted:
        raise Failed(f"{what}: {found!r}, expected {wanted!r}")


class ContainersTest:
    def __init__(self, arguments):
        self.arguments = arguments
        self.engine = Engine(arguments.jobs)
        self.outside = Outside(self.engine)
        self.report = Report()
        self.step = self.report.step

    # --- what stands

    def images(self):
        with self.step("base image: Debian 13 by debootstrap"):
            images.make_base(self.engine)
        with self.step("stand-ins") as show:
            show(images.make_standins(self.engine))
        with self.step("image of the program") as show:
            show(images.make_program(self.engine))

    def demo(self, *arguments):
        return self.engine.run(str(ROOT / "scripts/demo"), *arguments)

    def bring_up(self):
        with self.step("scripts/demo --edge: all healthy, a file settled") as show:
            text = self.demo("--edge", "--rows", str(INBOX_ROWS))
            (HOME / "demo.txt").write_text(text)
            self.outside.certificate.write_text(
                self.engine.exec("nginx", "cat", "/etc/nginx/tls/bankslip.crt"))
            record = self.outside.edge("/uploads/1")
            check("the demo's upload", (record["state"], record["emailed"]), ("done", INBOX_ROWS))
            show(f"{INBOX_ROWS} rows e-mailed")

    def look_inside(self):
        """The program's containers: no root, nothing to write to, nothing open to others."""
        with self.step("no root, read-only, limits, loopback only") as show:
            for service in ("app", "consumer", "mocks"):
                check(f"{service} runs as", self.engine.exec(service, "id", "-u").strip(), "10001")
                if self.engine.exec(service, "sh", "-c", "touch /usr/x 2>&1 || true").count("Read-only") != 1:
                    raise Failed(f"{service} can write to its root")
                limit = self.engine.inspect(self.engine.containers(service)[0])["HostConfig"]["Memory"]
                check(f"{service}'s memory", limit, 512 << 20)
            names = self.engine.podman("ps", "--format", "{{.Names}}").split()
            names = [n for n in names if n.startswith(PROJECT + "_")]
            for name in names:
                for line in self.engine.podman("port", name).splitlines():
                    if " -> 127.0.0.1:" not in line:
                        raise Failed(f"{name} publishes {line}")
            show(f"{len(names)} containers")

    def inbox_holds(self, count):
        with self.step("mailpit's inbox") as show:
            box = wait(60, f"{count} e-mails in the inbox",
                       lambda: (b := self.outside.inbox())["total"] >= count and b)
            check("e-mails in the inbox", box["total"], count)
            for entry in box["messages"]:
                mail = self.outside.ask("MAILPIT", f"/api/v1/message/{entry['ID']}")
                (pdf,) = mail["Attachments"]
                part = self.outside.get("MAILPIT", f"/api/v1/message/{entry['ID']}/part/{pdf['PartID']}")
                check("the attachment", (pdf["ContentType"], part[:5]), ("application/pdf", b"%PDF-"))
            show(f"{box['total']} e-mails, the newest {len(box['messages'])} each with a PDF")

    def watchers(self):
        with self.step("Prometheus and Adminer") as show:
            def all_up():
                found = self.outside.ask("PROMETHEUS", "/api/v1/query?query=up%7Bjob%3D%22bankslip%22%7D")
                values = [r["value"][1] for r in found["data"]["result"]]
                return values if len(values) == 7 and set(values) == {"1"} else None
            for service in ("prometheus", "adminer"):
                self.engine.wait_healthy(service)
            wait(60, "Prometheus scrapes app and six consumers", all_up)
            groups = self.outside.ask("PROMETHEUS", "/api/v1/rules")["data"]["groups"]
            rules = [r for g in groups for r in g["rules"]]
            check("rules at fault", [r["name"] for r in rules if r.get("lastError")], [])
            if b"Adminer" not in self.outside.get("ADMINER", "/"):
                raise Failed("Adminer's page does not come")
            show(f"7 processes scraped, {len(rules)} rules")

    def picture(self, name, url):
        file = (ROOT / "docs/img" if self.arguments.pictures else HOME) / f"{name}.png"
        subprocess.run(["node", ROOT / "tests/containers/picture.mjs", url, file], check=True,
                       timeout=120)
        return str(file.relative_to(ROOT))

    def picture_of_inbox(self):
        with self.step("Chromium: mailpit's inbox") as show:
            show(self.picture("inbox", f"http://127.0.0.1:{self.engine.ports['MAILPIT']}/"))

    def picture_of_page(self):
        return self.picture("edge", f"https://127.0.0.1:{self.engine.ports['EDGE']}/#/uploads/{self.upload_id}")

    # --- under load

    def slow_services(self):
        with self.step("e-mails by HTTP to a service with faults"):
            self.engine.start("--scale", "consumer=6", "app", "consumer",
                              EMAIL_URL="http://mocks:8102", EMAIL_DELIVERY="inline")
            self.engine.wait_healthy("app")
            self.engine.wait_healthy("consumer", 6)
            wait(60, "the API is ready", lambda: self.outside.answers("APP", "/readyz"))
            wait(60, "nginx finds it", lambda: self.outside.upload_record(1))

    def progress_to(self, share):
        def far_enough():
            record = self.outside.upload_record(self.upload_id)
            return record if record and ended(record) >= share * self.debts.accepted else None
        return wait(300, f"{share:.0%} of the rows have ended", far_enough)

    def disturb(self, share, title, act):
        record = self.progress_to(share)
        if record["state"] == "done":
            raise Failed(f"{title}: all was done before")
        with self.step(f"at {ended(record) * 100 // self.debts.accepted} %: {title}") as show:
            show(act() or "")

    def scale(self, count):
        # podman-compose adds containers, but takes none away.
        for name in self.engine.containers("consumer")[count:]:
            self.engine.podman("stop", "-t", "30", name)
            self.engine.podman("rm", name)
        self.engine.start("--no-recreate", "--scale", f"consumer={count}", "consumer")
        self.engine.wait_healthy("consumer", count)

    def kill_a_consumer(self):
        name = self.engine.containers("consumer")[2]
        # A container that is ended by its engine stays down; one that dies is started again.
        os.kill(self.engine.inspect(name)["State"]["Pid"], signal.SIGKILL)
        wait(60, f"{name} is started again", lambda: self.engine.inspect(name)["RestartCount"] >= 1)
        self.engine.wait_healthy("consumer", 6)
        return f"{name} started again by its restart policy"

    def restart(self, service):
        self.engine.compose("restart", service)
        self.engine.wait_healthy(service)

    def load(self):
        self.debts = Debts(self.engine, self.arguments.rows)
        self.outside.get("EMAIL_MOCK", "/faults", method="PUT", body=SLOW)
        self.mailed_before = self.outside.ask("EMAIL_MOCK", "/ledger/summary")["done_debts"]
        with self.step(f"upload of {self.debts.rows} rows through nginx") as show:
            answer = self.outside.upload(self.debts.file)
            if (answer.get("accepted"), answer.get("rejected")) != (self.debts.accepted, self.debts.rejected):
                raise Failed(f"the answer is {answer}, {self.debts.accepted} are to be accepted")
            self.upload_id = answer["upload_id"]
            show(f"201, {answer['accepted']} accepted, {answer['rejected']} rejected")
        begin = time.monotonic()
        self.disturb(0.01, "scaled to two consumers", lambda: self.scale(2))
        self.disturb(0.04, "scaled back to six", lambda: self.scale(6))
        self.disturb(0.07, "the page through nginx in Chromium", self.picture_of_page)
        self.disturb(0.08, "a consumer killed", self.kill_a_consumer)
        self.disturb(0.12, "database restarted", lambda: self.restart("db"))
        self.disturb(0.16, "broker restarted", lambda: self.restart("kafka"))
        with self.step("the rest of the rows, by a service that has become quick"):
            self.outside.get("EMAIL_MOCK", "/faults", method="PUT", body=FAST)
            def done():
                record = self.outside.upload_record(self.upload_id)
                return record and record["state"] == "done" and record
            wait(600, "the upload is done", done)
        self.report.lines.append(("from the 201 to the last row", time.monotonic() - begin, ""))

    def exact(self):
        with self.step("counters, table, mail service agree") as show:
            d, record = self.debts, self.outside.edge(f"/uploads/{self.upload_id}")
            wanted = {"rows": d.rows, "accepted": d.accepted, "rejected": d.rejected,
                      "generated": d.emailed, "emailed": d.emailed, "duplicates": d.duplicates,
                      "conflicts": d.conflicts, "failed": 0, "in_doubt": 0}
            check("counters", {k: record[k] for k in wanted}, wanted)
            table = self.sql("select count(*), sum(debt_amount), bool_and(propagated) from bankslips "
                             f"where upload_id = {int(self.upload_id)}")
            check("the table: e-mailed, their amounts", table, f"{d.emailed}|{d.amount}|t")
            ledger = self.outside.ask("EMAIL_MOCK", "/ledger/summary")
            check("debts mailed, debts mailed twice",
                  (ledger["done_debts"] - self.mailed_before, ledger["repeated_debts"], ledger["duplicates"]),
                  (d.emailed, 0, 0))
            happened = sum(self.outside.ask("EMAIL_MOCK", "/faults")["happened"].values())
            show(f"{d.emailed} e-mailed once each, {d.duplicates} duplicates, {d.conflicts} conflicts, "
                 f"0 failed, 0 in doubt; {happened} faults of the mail service")

    def sql(self, statement):
        return self.engine.exec("db", "psql", "-U", "admin", "-d", "bankslip", "-Atc", statement).strip()

    # --- down and up

    def down_and_up(self):
        before = self.outside.edge("/uploads?limit=10")
        rows = int(self.sql("select count(*) from bankslips"))
        with self.step("down, and up again by scripts/demo") as show:
            self.demo("--down")
            check("containers left", self.engine.podman(
                "ps", "-aq", "--filter", f"label=com.docker.compose.project={PROJECT}"), "")
            for name in ("EMAIL_URL", "EMAIL_DELIVERY"):
                self.engine.environment.pop(name)
            self.demo("--edge", "--rows", str(LATER_ROWS))
            after = self.outside.edge("/uploads?limit=10")
            check("the uploads from before", lasting(after[1:]), lasting(before))
            check("rows of the table", int(self.sql("select count(*) from bankslips")), rows + LATER_ROWS)
            show(f"{len(after)} uploads, {rows + LATER_ROWS} debts")

    def run(self):
        try:
            self.remove()
            self.images()
            self.bring_up()
            self.picture_of_inbox()
            self.look_inside()
            self.inbox_holds(INBOX_ROWS)
            self.watchers()
            self.slow_services()
            self.load()
            self.exact()
            self.down_and_up()
            self.inbox_holds(INBOX_ROWS + LATER_ROWS)
            self.demo("--down")
            cluster.Cluster(self).run()
        finally:
            self.report.print()
            if not self.arguments.keep:
                self.remove()

    def remove(self):
        self.demo("--down", "--volumes")
        # Those without a name that images ask for.
        self.engine.podman("volume", "prune", "-f")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="of the compilers")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--pictures", action="store_true", help="renews those of docs/img")
    parser.add_argument("--keep", action="store_true", help="leaves everything up")
    try:
        ContainersTest(parser.parse_args()).run()
    except Failed as fault:
        sys.exit(f"containers: {fault}")


if __name__ == "__main__":
    main()
