"""The same judge for every scenario: what the files say must be what came out.

Compares the files, the database, the dead-letter topic, the topic itself and
the services' ledger by content. Answers counts; raises AssertionError."""
import collections
import subprocess
import time

from .debts_file import cents

ENDS = ("emailed", "duplicates", "conflicts", "failed", "in_doubt")
COLUMNS = ("debt_id, name, government_id, email, debt_amount, debt_due_date, "
           "coalesce(bankslip_file, ''), propagated, coalesce(status, ''), coalesce(upload_id, 0), "
           "coalesce(upload_row, -1)")


def uploads_of(server):
    """All of them, page by page, newest first."""
    found, after = [], 0
    while page := server.get(f"/uploads?limit=500&after={after}"):
        found += page
        after = page[-1]["upload_id"]
    return found


def quiet(world, server, seconds):
    """Waits until nothing is under way; says what still is when time is up."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            left = [world.number(f"select count(*) from {what}")
                    for what in ("intents where not superseded", "outbox")]
            states = [u["state"] for u in uploads_of(server)]
            busy = [s for s in states if s not in ("done", "aborted")]
            lag = world.lag()
            if not any(left) and not busy and not lag:
                return
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            left, busy, lag = "?", str(error), "?"
        if time.monotonic() > deadline:
            raise AssertionError(f"not settled after {seconds} s: {left} intents and outbox "
                                 f"entries, uploads {busy}, lag {lag}; {server.log_tail(8)}")
        time.sleep(0.25)


def stored(world):
    return {line.split("\t")[0]: line.split("\t")
            for line in world.sql(f"select {COLUMNS} from bankslips", timeout=600)}


def published(world):
    """upload_id -> keys of its rows on the topic; (upload_id, row) -> records that repeat it. A
    producer that has lost its leader may write a request twice: harmless."""
    rows, repeated = {}, collections.Counter()
    for line in world.messages(world.topic):
        key, _, headers = line.partition("\t")
        fields = dict(h.partition("=")[::2] for h in headers.split(","))
        if "upload_id" in fields:
            of_upload = rows.setdefault(fields["upload_id"], {})
            if fields["row"] in of_upload:
                repeated[fields["upload_id"], fields["row"]] += 1
            of_upload[fields["row"]] = key
    return {upload: list(of_upload.values()) for upload, of_upload in rows.items()}, repeated


def expected_debts(world, topic):
    """debt_id -> contents that may stand; and the number of rows accepted."""
    debts, accepted = {}, 0
    for upload in world.uploads:
        if upload.status == 201:
            for debt_id, contents in upload.file.debts.items():
                debts.setdefault(debt_id, set()).update(contents)
            accepted += upload.file.accepted
    known = {u.upload_id for u in world.uploads if u.status == 201}
    for upload_id, ids in topic.items():
        if upload_id in known:
            continue
        # Cut off in the middle: what the broker has is what must be settled.
        accepted += len(ids)
        for debt_id in ids:
            for upload in world.uploads:
                debts.setdefault(debt_id, set()).update(upload.file.debts.get(debt_id, ()))
    return debts, accepted


def check_rows(rows, debts, dead):
    """Each debt once, with a content of its file, at an end. Counts by state."""
    counts = {"emailed": 0, "failed": 0, "in_doubt": 0}
    lost = [d for d in debts if d not in rows]
    assert not lost, f"lost {len(lost)} debts, such as {lost[:3]}"
    extra = [d for d in rows if d not in debts]
    assert not extra, f"{len(extra)} debts that no file has, such as {extra[:3]}"
    for debt_id, row in rows.items():
        name, government_id, email, amount, due, line, propagated, status = row[1:9]
        got = (name, government_id, email, cents(amount), due)
        assert got in debts[debt_id], f"debt {debt_id} has another content: {got}"
        end = "emailed" if propagated == "t" else status
        assert end in counts, f"debt {debt_id} did not reach an end: {row}"
        counts[end] += 1
        if end == "emailed":
            assert len(line) == 47 and int(line[-10:]) == cents(amount), \
                f"debt {debt_id}: its slip {line} is not of {amount}"
        assert (end == "failed") <= (debt_id in dead), f"debt {debt_id} failed without dead letter"
    return counts


def check_ledger(world, rows):
    """No debt has two e-mails or two slips; e-mailed means sent once."""
    mocks = world.mocks_running
    if mocks is None:
        return {}
    sent, calls = {}, 0
    for _, debt_id, tries, effective in mocks.ledger(mocks.email):
        sent[debt_id] = sent.get(debt_id, 0) + effective
        calls += tries
    twice = [d for d, n in sent.items() if n > 1]
    assert not twice, f"{len(twice)} debts have more than one e-mail, such as {twice[:3]}"
    for debt_id, row in rows.items():
        if row[7] == "t":
            assert sent.get(debt_id) == 1, f"debt {debt_id} is emailed, the ledger has no e-mail"
        elif row[8] == "failed":
            assert not sent.get(debt_id), f"debt {debt_id} failed, but its e-mail was sent"
    found = {"email_calls": calls, "emails": sum(sent.values())}
    if "BOLETO_URL" in world.env:
        slips = mocks.summary(mocks.boleto)
        assert slips["repeated_debts"] == 0, f"debts with two slips: {slips}"
        found["slips"] = slips["done_debts"]
    return found


def check_counters(world, server, rows, topic, repeated):
    """Counters of each upload, recomputed from the rows and the topic. One that nobody has
    finished counts the records that the workers saw: a record that repeats another one's debt
    twice if it is there twice, one that brought its debt never."""
    brought = {(row[9], row[10]) for row in rows.values()}
    twice = collections.Counter()
    for (upload_id, row), times in repeated.items():
        twice[upload_id] += times * ((upload_id, row) not in brought)
    by_upload = {}
    for row in rows.values():
        end = "emailed" if row[7] == "t" else row[8]
        tally = by_upload.setdefault(row[9], {"generated": 0})
        tally[end] = tally.get(end, 0) + 1
        tally["generated"] += row[6] != ""
    total = dict.fromkeys(ENDS, 0)
    for upload in uploads_of(server):
        tally = by_upload.get(upload["upload_id"], {})
        for name in ("generated", "emailed", "failed", "in_doubt"):
            assert upload[name] == tally.get(name, 0), \
                f"upload {upload['upload_id']}: {name} is {upload[name]}, rows say {tally}"
        accepted = len(topic.get(upload["upload_id"], ()))
        ends = sum(upload[name] for name in ENDS)
        seen = upload["accepted"] - accepted
        assert ends == upload["accepted"] and \
            0 <= seen <= twice[upload["upload_id"]] * (upload["state"] == "aborted"), \
            f"upload {upload['upload_id']}: {ends} ends, {accepted} published, {upload}"
        for name in ENDS:
            total[name] += upload[name]
    return total


def reasons(world, status):
    """Why debts ended so, as a message."""
    found = world.sql("select count(*), left(coalesce(failure, ''), 80) from bankslips "
                      f"where status = '{status}' group by 2 order by 1 desc limit 5")
    return f"debts that are {status}: " + "; ".join(line.replace("\t", " x ") for line in found)


def judge(world, server, rows, seconds=180, in_doubt=0, failed=0):
    """`rows`: so many must have gone through. `in_doubt`, `failed`: so many
    debts may end so."""
    quiet(world, server, seconds)
    topic, repeated = published(world)
    debts, accepted = expected_debts(world, topic)
    found = stored(world)
    dead = {line.split("\t")[0] for line in world.messages(world.dlq)}
    counts = check_rows(found, debts, dead)
    assert counts["in_doubt"] <= in_doubt, reasons(world, "in_doubt")
    assert counts["failed"] <= failed, reasons(world, "failed")
    result = dict(rows=accepted, debts=len(debts), lost=0, sent_twice=0, **counts)
    result.update(check_ledger(world, found))
    totals = check_counters(world, server, found, topic, repeated)
    if all(u.status == 201 for u in world.uploads):
        conflicts = sum(u.file.conflicts for u in world.uploads)
        assert totals["conflicts"] == conflicts, f"{totals['conflicts']} conflicts of {conflicts}"
    result.update(duplicates=totals["duplicates"], conflicts=totals["conflicts"])
    if repeated.total():
        result["published_twice"] = repeated.total()
    assert accepted >= rows, f"only {accepted} rows went through, {rows} are asked for"
    return result
