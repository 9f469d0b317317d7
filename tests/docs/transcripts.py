#!/usr/bin/env python3
"""Runs the transcripts of docs/API.md on a real server and compares what it answers.

usage: tests/docs/transcripts.py PROGRAM

Each section with transcripts gets a server, a database and topics of its own (a section that goes
on with the one before it is named below). `$ cat FILE` writes what it shows into the file. What
differs from run to run (times, digests, keys, offsets) must have its form; `…` stands for
anything, in JSON also for further members. Reading is repeated until it fits, for some seconds:
rows are settled behind the answer.
"""
import contextlib
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
from stand import WORK, Stand  # noqa: E402

PATIENCE = 20
SAME_SERVER = {"What went wrong: `errors.csv` and `rejected.csv`"}
# Numbers that nobody chooses.
VOLATILE = {"partition", "offset", "value_bytes"}
FORMS = [(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", "<time>"), (r"\bbsk_[\w-]{43}", "<key>"),
         (r"\b[0-9a-f]{64}\b", "<digest>"), (r"\bid: [0-9a-f]{16}\b", "id: <event>"),
         (r"page_\d+_\d+|bench_\d+_\d+", "bankslip_process")]


def sections(text):
    """[(title, [(command, shown)])] of all sections that show commands."""
    out = []
    for part in re.split(r"^## ", text, flags=re.M)[1:]:
        steps = []
        for block in re.findall(r"^```\n(\$ .*?)^```$", part, re.M | re.S):
            for step in re.split(r"^\$ ", block, flags=re.M)[1:]:
                lines = step.splitlines()
                head = 1
                while lines[head - 1].endswith("\\") or "\n".join(lines[:head]).count("'") % 2:
                    head += 1
                steps.append(("\n".join(lines[:head]), "\n".join(lines[head:]).strip("\n")))
        if steps:
            out.append((part.splitlines()[0], steps))
    return out


def settled(text):
    for pattern, form in FORMS:
        text = re.sub(pattern, form, text)
    return text


def as_json(text):
    """The value, or None; `…` between commas is a member, or an element, that says nothing."""
    joined = "".join(line.strip() for line in text.splitlines())
    joined = re.sub(r"(?<=[{,])\s*…\s*(?=[,}])", '"…":0', joined)
    joined = re.sub(r",\s*…\s*(?=\])", ',"…"', joined)
    try:
        value = json.loads(joined)
    except ValueError:
        return None
    return value if isinstance(value, (dict, list)) else None


def fits(shown, said):
    pattern = ".*".join(re.escape(part) for part in settled(shown).split("…"))
    return re.fullmatch(pattern, settled(said), re.S) is not None


def json_faults(shown, said, where="answer"):
    if type(shown) is not type(said):
        return [f"{where} is {said!r}, shown as {shown!r}"]
    if isinstance(shown, dict):
        more = "…" in shown
        faults = [f"{where}.{k} is not there" for k in shown.keys() - said.keys() - {"…"}]
        faults += [] if more else [f"{where}.{k} is not shown" for k in said.keys() - shown.keys()]
        for key in shown.keys() & said.keys():
            if key not in VOLATILE:
                faults += json_faults(shown[key], said[key], f"{where}.{key}")
        return faults
    if isinstance(shown, list):
        if shown and shown[-1] == "…":
            shown, said = shown[:-1], said[:len(shown) - 1]
        if len(shown) != len(said):
            return [f"{where} has {len(said)} elements, shown are {len(shown)}"]
        return [f for i, pair in enumerate(zip(shown, said)) for f in json_faults(*pair, f"{where}[{i}]")]
    same = fits(shown, said) if isinstance(shown, str) else shown == said
    return [] if same else [f"{where} is {said!r}, shown as {shown!r}"]


def text_faults(shown, said):
    want, got = as_json(shown), as_json(said)
    if want is not None:
        return json_faults(want, got) if got is not None else [f"no JSON: {said!r}"]
    return [] if fits(shown, said.replace("\r\n", "\n").strip("\n")) else [f"it said:\n{said}"]


def head_and_body(text):
    """Status line, headers and the rest, with or without an empty line between."""
    lines = text.replace("\r\n", "\n").splitlines()
    at = 1
    while at < len(lines) and re.match(r"[A-Za-z-]+: ", lines[at]):
        at += 1
    return lines[0], lines[1:at], "\n".join(lines[at:]).strip("\n")


def answer_faults(command, shown, said):
    if not shown:
        return []
    if shown.startswith("retry: "):
        return stream_faults(shown, said)
    if not shown.startswith("HTTP/"):
        return text_faults(shown, said)
    status, headers, body = head_and_body(shown)
    real_status, real_headers, real_body = head_and_body(said)
    faults = [] if status == real_status else [f"{real_status}, shown is {status}"]
    faults += [f"no header {h}, only {real_headers}" for h in headers if h not in real_headers]
    return faults + text_faults(body, real_body)


def events_of(text):
    """[(name, data)] of a stream."""
    return re.findall(r"^event: (\w+)\ndata: (.*)$", text, re.M)


def stream_faults(shown, said):
    want, got = events_of(shown), events_of(said)
    if not said.startswith("retry: 2000\n\n") or not got:
        return [f"no stream: {said[:200]!r}"]
    faults = [] if got[-1][0] == "done" else [f"it ends with {got[-1][0]}"]
    faults += json_faults(as_json(want[-1][1]), as_json(got[-1][1]), "done")
    # What is under way is another number each time.
    for name, data in got[:-1]:
        faults += [f"{name} has not the members shown"
                   for shown_data in [as_json(want[0][1])]
                   if not shown_data.keys() - {"…"} <= as_json(data).keys()]
    return faults


class Mails(http.server.BaseHTTPRequestHandler):
    """Refuses mails to no-box@example.com."""

    def do_POST(self):
        mail = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        refused = mail["to"] == "no-box@example.com"
        body = json.dumps({"error": "mailbox does not exist"} if refused else {}).encode()
        with contextlib.suppress(BrokenPipeError):
            self.send_response(422 if refused else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def mail_service():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mails)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


HEADER = "debtId,name,governmentId,email,debtAmount,debtDueDate\n"


def debt(number, email="ana@example.com"):
    return f"doc-{number},Ana Lima,11111111111,{email},1234.50,2030-01-31\n"


class Shell:
    """Runs the commands of a section in a folder of its own, against one server."""

    def __init__(self, program, folder, settings):
        self.program, self.folder, self.settings = program, folder, settings
        self.port, self.keys = 8000, {}

    def run(self, command):
        line = command.replace("http://127.0.0.1:8000", f"http://127.0.0.1:{self.port}")
        for shown, key in self.keys.items():
            line = line.replace(shown, key)
        line = re.sub(r"(^|[| ])curl ", r"\1curl -sS --max-time 60 ", line)
        line = re.sub(r"(^|[= ])bankslip ", rf"\1{self.program} ", line)
        # The server that is shown to refuse its start is given a place to start.
        done = subprocess.run(["bash", "-c", line], cwd=self.folder, env=self.settings, timeout=90,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.stdout.decode()

    def new_key(self, name, *options):
        key, line = self.run(" ".join(["bankslip key new", name, *options])).splitlines()[:2]
        with open(self.folder / "all.keys", "a") as file:
            file.write(line + "\n")
        return key


def prepare(title, shell, mails):
    """What stands there before the section begins; settings of its server."""
    folder = shell.folder
    refusing = {"EMAIL_URL": mails}
    send = "curl -F file=@debts.csv http://127.0.0.1:8000/bankslip/batch"
    if title == "Keys":
        shell.keys = {"bsk_iCNK…": shell.new_key("one", "--scope read"),
                      "bsk_of_a_key_with_ingest": shell.new_key("two", "--scope ingest"),
                      "bsk_of_a_key_with_rate_1": shell.new_key("three", "--scope read --rate 1")}
        (folder / "keys").write_text(f"erp {'a' * 64} read\nshop {'b' * 64} all\n")
        return {"API_KEYS_FILE": str(folder / "all.keys")}, []
    if title.startswith("Live"):
        return {}, [f"{shell.program} generate --rows 60000 --out debts.csv", send]
    if title.startswith("Sending a request again"):
        (folder / "debts.csv").write_text(HEADER + debt(1))
        (folder / "other.csv").write_text(HEADER + debt(2))
    if title == "Finding debts":
        (folder / "debts.csv").write_text(
            HEADER + "".join(debt(n, "no-box@example.com") for n in (1, 2)))
        return refusing, [send]
    if title == "Mending an upload":
        (folder / "debts.csv").write_text(HEADER + debt(1) + debt(2, "no-box@example.com"))
        return refusing, [send]
    return {}, []


def step_faults(shell, command, shown):
    if command.startswith("cat "):
        (shell.folder / command.split()[1]).write_text(shown + "\n")
        return []
    reads = not re.search(r" (-F|-d|-X) ", command)
    deadline = time.monotonic() + PATIENCE
    while True:
        if "rate_1" in command:
            shell.run(command)
        faults = answer_faults(command, shown, shell.run(command))
        if not faults or not reads or time.monotonic() > deadline:
            return faults
        time.sleep(0.1)


def main():
    program = os.path.abspath(sys.argv[1])
    WORK.mkdir(parents=True, exist_ok=True)
    wrong = ran = 0
    shell = stand = None
    with mail_service() as mails, contextlib.ExitStack() as folders:
        for title, steps in sections((ROOT / "docs/API.md").read_text()):
            if title not in SAME_SERVER:
                if stand:
                    stand.close()
                folder = pathlib.Path(folders.enter_context(tempfile.TemporaryDirectory()))
                stand = Stand(program, LOG_LEVEL="error").__enter__()
                shell = Shell(program, folder, stand.settings)
                settings, first = prepare(title, shell, mails)
                shell.port = stand.start(**settings).port
                for command in first:
                    shell.run(command)
            for command, shown in steps:
                ran += 1
                for fault in step_faults(shell, command, shown):
                    wrong += 1
                    print(f"docs/API.md, {title}\n$ {command}\n  {fault}", file=sys.stderr)
        if stand:
            stand.close()
    print(f"{ran} commands of docs/API.md, {wrong} differences")
    return 1 if wrong or ran < 30 else 0


if __name__ == "__main__":
    sys.exit(main())
