"""Compares what is stored with what the file says: counts and content."""
import csv
import os
import subprocess

from stand import POSTGRES_PORT, BenchError

COLUMNS = {"name": "name", "governmentId": "government_id", "email": "email",
           "debtAmount": "debt_amount", "debtDueDate": "debt_due_date", "debtId": "debt_id"}
# The order of the digest's lines; both sides are sorted bytewise.
DIGEST = ["debt_id", "email", "name", "government_id", "debt_amount", "debt_due_date"]
SORT = "LC_ALL=C sort -S 256M | sha256sum"


def cents(text):
    whole, _, fraction = text.partition(".")
    return int(whole) * 100 + int((fraction + "00")[:2])


def file_header(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [COLUMNS[name] for name in next(csv.reader(file))]


def _copy_escape(text):
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def file_content(path):
    """(distinct rows, sum in cents, digest) of a file whose repeats are word for word."""
    seen, total = set(), 0
    with open(path, encoding="utf-8", newline="") as file, subprocess.Popen(
            SORT, shell=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            encoding="utf-8") as sort:
        reader = csv.reader(file)
        header = [COLUMNS[name] for name in next(reader)]
        order = [header.index(name) for name in DIGEST]
        key, amount = header.index("debt_id"), header.index("debt_amount")
        for row in reader:
            if row[key] in seen:
                continue
            seen.add(row[key])
            value = cents(row[amount])
            total += value
            row[amount] = f"{value // 100}.{value % 100:02d}"
            sort.stdin.write("\t".join(_copy_escape(row[i]) for i in order) + "\n")
        sort.stdin.close()
        digest = sort.stdout.read().split()[0]
    if sort.returncode != 0:
        raise BenchError("sort failed on the file's rows")
    return len(seen), total, digest


def stored_content(database):
    """The same of the table."""
    query = f"copy (select {', '.join(DIGEST)} from bankslips) to stdout"
    run = subprocess.run(
        ["bash", "-c", f'set -o pipefail; psql "$@" | {SORT}', "psql", "-XAtq", "-v",
         "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(POSTGRES_PORT), "-U", "admin", "-d",
         database, "-c", query],
        env=dict(os.environ, PGPASSWORD="changethis"), stdout=subprocess.PIPE, text=True,
        check=False)
    if run.returncode != 0:
        raise BenchError("cannot read the stored rows")
    return run.stdout.split()[0]


def counts(stand):
    """Counts of the table by what makes a row settled."""
    line = stand.psql("select count(*), (sum(debt_amount) * 100)::bigint, "
                      "count(*) filter (where propagated), "
                      "count(distinct bankslip_file) filter (where bankslip_file ~ '^[0-9]{47}$'), "
                      "count(*) filter (where status is not null) from bankslips")
    names = ["rows", "cents", "propagated", "slips", "problems"]
    return dict(zip(names, (int(value or 0) for value in line.split("|"))))


def verify(stand, content, messages):
    """Problems found, none when everything is as the file says. `content` is of
    `file_content`; `messages` is how many must have passed through the topic."""
    rows, total, digest = content
    found = counts(stand)
    expected = {"rows": rows, "cents": total, "propagated": rows, "slips": rows, "problems": 0}
    wrong = [f"{name}: {found[name]} instead of {value}"
             for name, value in expected.items() if found[name] != value]
    if stored_content(stand.name) != digest:
        wrong.append("the stored rows differ from the file's")
    if stand.messages() != messages:
        wrong.append(f"messages on the topic: {stand.messages()} instead of {messages}")
    if stand.lag() != 0:
        wrong.append(f"offsets not committed: {stand.lag()}")
    wrong += [f"{name}: {count} instead of {rows}"
              for name, count in mails(stand).items() if count != rows]
    return wrong


def mails(stand):
    """What the servers counted: rows e-mailed, and calls of the service that took one."""
    def total(*parts):
        return int(sum(value for server in stand.servers
                       for name, value in server.metrics().items()
                       if all(part in name for part in parts)))
    calls = ("bankslip_service_calls_total", 'service="email"')
    return {"rows e-mailed": total("bankslip_rows_total", 'outcome="emailed"'),
            "e-mails sent": total(*calls, 'outcome="accepted"')}
