"""Clients that have no key, or not the right one: nothing of theirs is taken, none of it
costs much, and who has a key is served all the while."""
import hashlib
import signal
import threading
import time

from harness.attacks import MULTIPART, PART, UPLOAD, Running, crowd
from harness.http_raw import Door, dial, exchange, status
from harness.oracle import judge
from harness.process import ask
from harness.registry import scenario

ERP, OPS = "bsk_" + "e" * 43, "bsk_" + "o" * 43
#: Of a body that nobody asked for: what the server throws away, and the sockets' buffers.
MOST_TAKEN = 16 << 20


def line(name, key, scopes):
    return f"{name} {hashlib.sha256(key.encode()).hexdigest()} {scopes}\n"


def endless_body(door, _):
    """A body without end and one of 10 GB: the answer comes, the rest is not taken."""
    sent = []
    for framing, piece in (("Transfer-Encoding: chunked", b"10000\r\n" + b"a" * 65536 + b"\r\n"),
                           ("Content-Length: 10000000000", b"a" * 65536)):
        with dial(door) as sock:
            sock.sendall((UPLOAD + MULTIPART + framing + "\r\n\r\n").encode())
            taken = 0
            try:
                while taken < 4 * MOST_TAKEN:
                    sock.sendall(piece)
                    taken += len(piece)
            except OSError:
                pass
            sent.append(taken)
    assert max(sent) < MOST_TAKEN, f"{sent} bytes of strangers were taken"
    return {"bytes": sum(sent)}


def refused_first(door, _):
    """The 401 comes before a byte of the body is sent."""
    data = exchange(door, (UPLOAD + MULTIPART + "Content-Length: 10000000000\r\n"
                           "Expect: 100-continue\r\n\r\n").encode())
    assert status(data) == 401, data[:200]
    assert b"100 Continue" not in data
    return {"requests": 1}


def slow_bodies_of_strangers(door, seconds):
    head = (UPLOAD + MULTIPART + "Content-Length: 100000\r\n\r\n").encode() + PART
    return crowd(door, 200, head, b"a", seconds)


def guesses(door, seconds):
    """Keys, cookies and both, tried one after the other."""
    tried, end = 0, time.monotonic() + seconds
    shapes = ("X-API-Key: bsk_{0}", "Authorization: Bearer bsk_{0}",
              "Cookie: bankslip_session={0}", "X-API-Key: bsk_{0}\r\nX-API-Key: " + ERP,
              "Cookie: bankslip_session={0}; bankslip_session=" + ERP,
              "X-API-Key : " + ERP + "{0}", "X-API-Key: " + ERP[:-1] + "\r\n {0}")
    while time.monotonic() < end:
        shape = shapes[tried % len(shapes)].format(f"guess{tried}")
        data = exchange(door, f"POST /bankslip/g/retry HTTP/1.1\r\nHost: h\r\n{shape}\r\n"
                              "Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
        assert status(data) in (400, 401), data[:300]
        tried += 1
    return {"requests": tried}


def smuggled_behind_a_refusal(door, _):
    """A request with a good key inside the body of one without: never looked at."""
    hidden = f"GET /uploads HTTP/1.1\r\nHost: h\r\nX-API-Key: {ERP}\r\n\r\n".encode()
    heads = (b"POST /bankslip HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % len(hidden),
             b"POST /bankslip HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             b"GET /uploads HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % len(hidden))
    for head in heads:
        data = exchange(door, head + hidden, 5)
        assert data.count(b"HTTP/1.1 ") == 1 and status(data) == 401, data[:600]
    return {"requests": len(heads)}


def split_names(door, _):
    """What a stranger writes into headers stands in no header of the answer."""
    for value in (b"a%0d%0aX-Evil: yes", b"\xff\xfe", b"a\tX-Evil: yes", b'"', b"Bearer"):
        data = exchange(door, b"GET /uploads HTTP/1.1\r\nHost: h\r\nX-API-Key: " + value
                        + b"\r\nOrigin: " + value + b"\r\nConnection: close\r\n\r\n")
        head = data.partition(b"\r\n\r\n")[0].lower()
        assert status(data) == 401 and b"x-evil" not in head, data[:300]
    return {"requests": 5}


ATTACKS = [endless_body, refused_first, slow_bodies_of_strangers, guesses,
           smuggled_behind_a_refusal, split_names]


def read_keys_anew(server, path, stop):
    """A good file and a bad one by turns, until told to stop."""
    good = line("erp", ERP, "ingest,read") + line("ops", OPS, "ops")
    turns = 0
    while not stop.wait(0.2):
        bad = turns % 2 == 0
        path.write_text("erp nonsense\n" if bad else good)
        server.signal(signal.SIGHUP)
        turns += 1
    path.write_text(good)
    server.signal(signal.SIGHUP)
    return turns


@scenario("keys.strangers", quick=True)
def strangers(world):
    """All at once against a server with keys, which are read anew all the while."""
    path = world.folder / "keys"
    path.write_text(line("erp", ERP, "ingest,read") + line("ops", OPS, "ops"))
    server = world.server("all", API_KEYS_FILE=str(path))
    server.key = ERP
    stop = threading.Event()
    reloading = threading.Thread(target=read_keys_anew, args=(server, path, stop), daemon=True)
    reloading.start()
    attacks = [Running(attack, Door(server.port), world.rows(15, 4)) for attack in ATTACKS]
    files = 0
    while any(attack.is_alive() for attack in attacks):
        world.upload(server, world.file(100), key=ERP).taken()
        files += 1
    stop.set()
    reloading.join()
    for attack in attacks:
        if attack.error:
            raise attack.error
    assert server.running(), server.log_tail()
    for method, uri, key, expected in (
            ("GET", "/uploads", ERP, 200), ("GET", "/uploads", OPS, 403),
            ("GET", "/metrics", ERP, 403), ("GET", "/metrics", OPS, 200),
            ("POST", "/bankslip/x/retry", ERP, 403), ("GET", "/actors", None, 401)):
        got = ask(server.port, method, uri, key=key)[0]
        assert got == expected, f"{method} {uri}: {got}"
    peak = server.rss_mb()
    result = judge(world, server, files * 100)
    # The last second of the audit is written at the end.
    server.stop()
    refused = world.number("select coalesce(sum(times), 0) from audit where status = 401")
    entries = world.number("select count(*) from audit where status = 401")
    uploads = world.number("select count(*) from audit where route = '/bankslip/batch' "
                           "and key = 'erp' and status = 201 and rows = 100")
    assert uploads == files, f"{uploads} of {files} uploads in the audit"
    assert 0 < entries < 1000, f"{entries} entries of strangers"
    log = server.log_tail(100_000)
    for secret in (ERP, OPS, "bsk_guess"):
        assert secret not in log, "a key stands in the log"
    return dict({k: result[k] for k in ("rows", "lost", "sent_twice", "emailed")},
                refused=refused, audit_entries=entries, peak_mb=round(peak),
                guesses=next(a.did["requests"] for a in attacks if a.attack is guesses))
