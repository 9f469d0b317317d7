"""The database goes back to an earlier moment, and Kafka's positions with it."""
import json
import os
import shutil
import subprocess

from harness.oracle import uploads_of
from harness.process import ask
from harness.registry import scenario
from harness.stack import ROOT, Stack, until


def script(world, *words, holds=True, **env):
    done = subprocess.run([ROOT / "scripts" / words[0], *words[1:]], env=dict(world.env, **env),
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    assert (done.returncode == 0) == holds, f"scripts/{' '.join(map(str, words))}: {done.stdout}"
    return done.stdout


# What others may write to the topic: no text, the separators of many formats, and what ends the
# data of COPY.
FOREIGN = [b"\xff\xfe {\xe9}", b"a\0b\x01c\x02d\x03\\.\x03e\r\nf", b"\\.",
           b'{"debt_id":"\xc3\x28"}', b'{"debt_id":7}', b"[]"]


def write_foreign(world):
    """Each record's file is one message, whatever its bytes."""
    for number, value in enumerate(FOREIGN):
        record = world.folder / f"{number}.foreign"
        record.write_bytes(value)
        subprocess.run(["kcat", "-b", world.env["KAFKA_BOOTSTRAP_SERVERS"], "-P", "-t",
                        world.topic, "-p", str(number % world.partitions), record], check=True,
                       timeout=60)


def finish(world, mode):
    """At the first try kcat fails once, after a partition has been read."""
    if mode == "--doubt":
        broken = world.folder / "broken"
        broken.mkdir()
        (broken / "kcat").write_text(
            f'#!/bin/sh\nPATH={os.environ["PATH"]}\n'
            f'[ -e {broken}/once ] && exit 1\ntouch {broken}/once\nexec kcat "$@"\n')
        (broken / "kcat").chmod(0o755)
        script(world, "restore", "finish", mode, holds=False,
               PATH=f"{broken}:{os.environ['PATH']}")
    script(world, "restore", "finish", mode)


def own_database(world):
    """A PostgreSQL of this scenario, which it may replace."""
    own = Stack(world.folder / "stack")
    own.kafka_port = world.stack.kafka_port
    own.env["STACK_KAFKA_PORT"] = str(own.kafka_port)
    own.run("up", "postgres")
    own.psql(f"create database {world.database}")
    world.stack = own
    world.env.update(POSTGRES_PORT=str(own.postgres_port), BANKSLIP=str(world.program))
    return own


def send(world, api, rows):
    """A file, settled to its end."""
    upload = world.upload(api, world.file(rows, bad=0, duplicates=0, conflicts=0)).taken()
    until(lambda: api.get(f"/uploads/{upload.upload_id}")["state"] == "done", 120,
          "the upload is done")
    return upload


def post(api, debt_id):
    debt = dict(name="Ana Lima", government_id="11111111111", email="ana@example.com",
                debt_amount=12.5, debt_due_date="2030-01-31", debt_id=debt_id)
    status, body = ask(api.port, "POST", "/bankslip", json.dumps(debt))
    assert status == 201, body
    until(lambda: api.get(f"/bankslip/{debt_id}")["status"] == "emailed", 60, "it is mailed")


def go_back(world, own, backup, moment):
    """PostgreSQL as it was at `moment`, on the same port."""
    own.run("down", "postgres")
    data = own.home / "postgres/data"
    data.rename(own.home / "postgres/lost")
    script(world, "restore", "data", backup, data, moment)
    own.run("up", "postgres")
    until(lambda: own.psql("select pg_is_in_recovery()") == ["f"], 60, "the WAL is replayed")


def calls_of(world):
    """debt_id -> calls and e-mails that a provider with a memory sent."""
    found = {}
    for _, debt_id, calls, sent in world.mocks_running.ledger(world.mocks_running.email):
        before = found.get(debt_id, (0, 0))
        found[debt_id] = (before[0] + calls, before[1] + sent)
    return found


def restore(world, mode):
    own = own_database(world)
    backup = world.folder / "backup"
    try:
        script(world, "backup", "archive", backup)
        own.run("down", "postgres")
        own.run("up", "postgres")
        world.mocks(boleto=False)
        api, worker = world.server("api"), world.server("worker")
        rows = world.rows(30_000, 4_000)
        before = send(world, api, rows)
        script(world, "backup", "take", backup)
        ended = own.psql("select clock_timestamp()")[0]
        also_before = send(world, api, rows)
        # A copy is taken for moments after the second of its end.
        moment = until(lambda: own.psql(
            "select now() where date_trunc('second', now()) > timestamptz '%s'" % ended),
            5, "the copy is of a second before")[0]
        after = send(world, api, rows)
        post(api, "posted-after")
        write_foreign(world)
        until(lambda: world.lag() == 0, 60, "foreign records are passed")
        own.psql("select pg_switch_wal()")
        assert sum(world.committed().values()) == 3 * rows + 1 + len(FOREIGN)
        for server in (api, worker):
            server.stop()
        go_back(world, own, backup, moment)
        assert {u["upload_id"] for u in restored_uploads(world)} == \
            {before.upload_id, also_before.upload_id}
        finish(world, mode)
        assert sum(world.committed().values()) == 2 * rows, world.committed()
        api.start(), worker.start()
        last = send(world, api, rows)
        assert int(last.upload_id) > 1_000_000
        until(lambda: world.lag() == 0, 60, "everything is settled")
        return judge(world, api, mode, (before, also_before, last), after)
    finally:
        for process in world.processes:
            process.kill()
        own.run("reset", "postgres")
        shutil.rmtree(backup, ignore_errors=True)


def restored_uploads(world):
    return [{"upload_id": line} for line in world.sql("select upload_id from uploads")]


def judge(world, api, mode, kept, after):
    """Nothing lost, nothing mailed twice, and of what came after the moment each debt is in
    doubt, or was mailed again by a provider that knew it."""
    known = {d for upload in kept for d in upload.file.debts}
    later = set(after.file.debts) | {"posted-after"}
    states = dict(line.split("\t") for line in world.sql(
        "select debt_id, case when propagated then 'emailed' else coalesce(status, '?') end "
        "from bankslips"))
    assert set(states) == known | later, "debts are lost or too many"
    assert all(states[d] == "emailed" for d in known)
    end = "in_doubt" if mode == "--doubt" else "emailed"
    assert {states[d] for d in later} == {end}, {states[d] for d in later}
    found = calls_of(world)
    assert set(found) == set(states)
    assert all(sent == 1 for _, sent in found.values()), "a debt was mailed twice"
    assert all(found[d][0] == 1 for d in known), "a debt that stood was mailed again"
    assert {found[d][0] for d in later} == {1 if mode == "--doubt" else 2}
    assert not any(u["upload_id"] == after.upload_id for u in uploads_of(api))
    for upload in kept:
        counters = api.get(f"/uploads/{upload.upload_id}")
        assert counters["emailed"] == len(upload.file.debts), counters
    return dict(rows=len(known) + len(later), lost=0, sent_twice=0,
                in_doubt=sum(s == "in_doubt" for s in states.values()))


@scenario("restore.in-doubt")
def in_doubt(world):
    """A moment before the last file; what was settled since is in doubt, not mailed again."""
    return restore(world, "--doubt")


@scenario("restore.again")
def again(world):
    """The same; what was settled since is mailed again with its key, which drops it."""
    return restore(world, "--again")


@scenario("restore.paced")
def paced(world):
    """In doubt, as the first; the e-mails are sent by a group of their own."""
    world.env["EMAIL_DELIVERY"] = "paced"
    return restore(world, "--doubt")
