"""Taking over from the Python service, by the steps of docs/UPGRADING.md as they stand there."""
import json
import os
import re
import shlex
import signal
import subprocess

from harness import kafka_wire
from harness.process import Server, ask
from harness.registry import scenario
from harness.stack import ROOT, free_port, until

GROUP = "newGroup"
OLD_TABLE = """
create table bankslips (name varchar, government_id varchar, email varchar, debt_amount float,
  debt_due_date timestamp, debt_id varchar, bankslip_file varchar,
  propagated boolean default false, created_at timestamp default now(), updated_on timestamp)"""
OLD_ROW = ("insert into bankslips select 'João ' || n, '11111111111', 'j' || n || '@example.com', "
           "n + 0.5, '2027-10-12', 'old' || n, {file}, {mailed}, '2024-01-02 03:04:05' "
           "from generate_series({first}, {last}) n")


def old_message(number):
    """Its own order of fields, and an amount in floating point."""
    return json.dumps({"debt_id": f"old{number}", "name": f"João {number}",
                       "government_id": "11111111111", "email": f"j{number}@example.com",
                       "debt_amount": number + 0.5, "debt_due_date": "2027-10-12",
                       "bankslip_file": None})


def steps():
    """The commands of the section, as one script."""
    text = (ROOT / "docs/UPGRADING.md").read_text(encoding="utf-8")
    section = text.partition("### Step by step\n")[2].partition("\n### ")[0]
    return "\n".join(re.findall(r"^```sh\n(.*?)^```$", section, re.M | re.S))


def produce(world, numbers):
    """Without key and headers, all on partition 0, in gzip."""
    subprocess.run(["kcat", "-b", f"127.0.0.1:{world.stack.kafka_port}", "-P", "-t", world.topic,
                    "-p", "0", "-z", "gzip", "-X", "allow.auto.create.topics=true"],
                   input="\n".join(map(old_message, numbers)) + "\n", text=True, check=True,
                   timeout=60)


def commit_as_the_old_one(world, offset):
    subprocess.run([world.program, "offsets", "--to", str(offset), "--partition", "0", "--yes"],
                   env=world.env, check=True, stdout=subprocess.DEVNULL)


def old_world(world, rows):
    """A quarter mailed and committed, a quarter mailed and not committed, a quarter with a row
    and no mail, a quarter with a message only; and ten rows whose message is gone."""
    part = rows // 4
    world.sql(OLD_TABLE)
    world.sql(OLD_ROW.format(first=1, last=2 * part, mailed="true",
                             file="case when n % 2 = 0 then 'file.pdf' end"))
    world.sql(OLD_ROW.format(first=2 * part + 1, last=3 * part, mailed="false", file="''"))
    world.sql(OLD_ROW.format(first=rows + 1, last=rows + 10, mailed="false", file="null"))
    # The id was no key there: one row came twice, and is mailed once.
    world.sql(OLD_ROW.format(first=1, last=1, mailed="false", file="''"))
    starter = Server(world.program, "api", dict(world.env, POSTGRES_DB=f"{world.database}_topic"),
                     world.folder / "starter.log")
    world.processes.append(starter)
    starter.start()
    starter.stop()
    world.stack.psql(f"drop database {world.database}_topic")
    produce(world, range(1, rows + 1))
    commit_as_the_old_one(world, part)


@scenario("takeover.old-service")
def old_service(world):
    """The documented commands, run as they stand, on a table and topic of the old service."""
    rows = world.rows(4_000, 400)
    world.group = world.env["KAFKA_GROUP_ID"] = GROUP
    mocks = world.mocks()
    world.env.update(KAFKA_COMPRESSION="gzip", SERVER_PORT=str(free_port()),
                     ADMIN_PORT=str(free_port()))
    old_world(world, rows)
    settings = [f"export {k}={shlex.quote(v)}" for k, v in world.env.items()
                if k.startswith(("KAFKA_", "POSTGRES_", "BANKSLIP_", "SERVER_", "ADMIN_", "BOLETO_",
                                 "EMAIL_"))]
    (world.folder / "bankslip.env").write_text("\n".join(settings) + "\n")
    (world.folder / "bankslip").unlink(missing_ok=True)
    os.symlink(world.program, world.folder / "bankslip")
    script = steps() + "\necho started $(jobs -p)\n"
    with open(world.folder / "steps.log", "w", encoding="utf-8") as log:
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=world.folder,
                              env=dict(world.env, PATH=f"{world.folder}:{os.environ['PATH']}"),
                              stdout=log, stderr=subprocess.STDOUT, timeout=300)
    told = (world.folder / "steps.log").read_text(encoding="utf-8")
    started = [int(p) for p in re.findall(r"\d+", told.rpartition("started ")[2])]
    try:
        assert done.returncode == 0, told[-2000:]
        assert len(started) == 3, told[-500:]
        assert "duplicate |     1" in told, told[-2000:]
        return check(world, mocks, rows)
    finally:
        for pid in started:
            os.kill(pid, signal.SIGTERM)
            until(lambda p=pid: not os.path.exists(f"/proc/{p}"), 30, f"{pid} has ended")


def check(world, mocks, rows):
    part = rows // 4
    assert world.number("select count(*) from bankslips where propagated") == rows + 10
    assert world.number("select count(*) from bankslips") == rows + 10
    assert world.sql("select debt_amount from bankslips where debt_id = 'old7'") == ["7.50"]
    mailed = {d: sent for _, d, _, sent in mocks.ledger(mocks.email)}
    assert set(mailed) == {f"old{n}" for n in range(2 * part + 1, rows + 11)}, \
        "not those that were never mailed"
    assert set(mailed.values()) == {1}
    status, body = ask(int(world.env["SERVER_PORT"]), "GET", "/bankslip/old1")
    assert status == 200 and json.loads(body)["propagated"], body
    committed = kafka_wire.committed(world.stack.brokers, GROUP, world.topic, world.partitions)
    # The ten without a message were published again, spread over the partitions.
    assert committed[0] >= rows and sum(committed.values()) == rows + 10, committed
    return dict(rows=rows, lost=0, sent_twice=0, emailed=len(mailed), adopted=3 * part + 10)
