"""Hostile use of HTTP. Each attack runs for some seconds and counts what it did."""
import gzip
import threading
import time

from .http_raw import dial, exchange, status
from .upload import BOUNDARY, envelope

UPLOAD = "POST /bankslip/batch HTTP/1.1\r\nHost: h\r\n"
MULTIPART = f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
PART = envelope(0)[1]
#: Of the server or of the proxy before it; 0: closed without a word.
REFUSALS = (0, 400, 408, 411, 413, 415, 422, 429, 431, 502, 503)


def crowd(door, count, first, drip, seconds):
    """`count` connections that each send `first`, then one byte a second."""
    open_socks, sent = [], 0
    for _ in range(count):
        try:
            sock = dial(door, timeout=3)
            sock.sendall(first)
            open_socks.append(sock)
        except OSError:
            continue
    opened = len(open_socks)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for sock in list(open_socks):
            try:
                if drip:
                    sock.send(drip)
                    sent += 1
            except OSError:
                open_socks.remove(sock)
        time.sleep(1)
    for sock in open_socks:
        sock.close()
    return {"connections": opened, "bytes": sent}


def slow_headers(door, seconds):
    return crowd(door, 200, b"GET /healthz HTTP/1.1\r\nHost: h\r\nX-A: ", b"a", seconds)


def slow_bodies(door, seconds):
    head = (UPLOAD + MULTIPART + "Content-Length: 100000\r\n\r\n").encode() + PART
    return crowd(door, 100, head, b"a", seconds)


def idle_connections(door, seconds):
    return crowd(door, 2000, b"", b"", seconds)


def endless_header(door, _):
    """Header lines without end, until the peer has closed; for 30 s at most."""
    sent, end = 0, time.monotonic() + 30
    with dial(door) as sock:
        try:
            sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\n")
            while time.monotonic() < end:
                sock.sendall(b"X-Filler: " + b"a" * 8000 + b"\r\n")
                sent += 8012
        except OSError:
            return {"bytes": sent}
    raise AssertionError(f"{sent} bytes of headers were taken for 30 s")


def chunked_bomb(door, _):
    """A chunked body that claims chunks of 2^63 bytes, and one without end."""
    head = (UPLOAD + MULTIPART + "Transfer-Encoding: chunked\r\n\r\n").encode()
    first = exchange(door, head + b"7fffffffffffffff\r\n" + PART, 35)
    second = exchange(door, head + b"zz;\r\n\r\n")
    # Endless rows inside one quoted field: never more than one row's memory.
    sent = 0
    with dial(door) as sock:
        try:
            sock.sendall(head + b"%x\r\n%s\r\n" % (len(PART), PART))
            sock.sendall(b"6\r\nname,\"\r\n")
            while sent < 64_000_000:
                sock.sendall(b"10000\r\n" + b"a" * 65536 + b"\r\n")
                sent += 65536
        except OSError:
            pass
    for data in (first, second):
        assert status(data) in REFUSALS, data[:200]
    return {"bytes": sent}


def gzip_bomb(door, _):
    """10 MB of zeros made small, as a coded body."""
    packed = gzip.compress(bytes(10_000_000))
    head = (UPLOAD + MULTIPART + "Content-Encoding: gzip\r\n"
            f"Content-Length: {len(packed)}\r\n\r\n").encode()
    data = exchange(door, head + packed)
    assert status(data) in REFUSALS, data[:200]
    return {"bytes": len(packed)}


def smuggling(door, _):
    """A second request inside the body of the first is never answered."""
    hidden = b"GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
    tries = [
        (b"POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % len(hidden)) + hidden,
        b"POST /bankslip HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
        b"POST /bankslip HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: %d\r\n\r\n"
        % len(hidden) + hidden,
        b"GET /healthz HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % len(hidden) + hidden,
    ]
    for data in tries:
        got = exchange(door, data, 3)
        assert got.count(b"HTTP/1.1 ") <= 1, f"two answers: {got[:600]!r}"
    return {"requests": len(tries)}


def lying_lengths(door, _):
    """Content-Length that is too long, too short, no number; no last boundary."""
    head, before, after = envelope(300)
    row = b"name,governmentId,email,debtAmount,debtDueDate,debtId\n"
    whole = before + row
    tries = {
        b"no last boundary": (len(whole), whole),
        b"too short": (10, whole),
        b"negative": (-5, whole),
        b"huge": (10 ** 30, whole),
        b"text": (b"12x", whole),
    }
    for name, (length, body) in tries.items():
        text = length if isinstance(length, bytes) else str(length).encode()
        data = exchange(door, (UPLOAD + MULTIPART).encode() + b"Content-Length: " + text
                        + b"\r\n\r\n" + body, 5)
        assert status(data) in REFUSALS, f"{name}: {data[:200]!r}"
    with dial(door) as sock:
        sock.sendall(head + before + row)
        # The rest never comes; the peer goes away.
    del after
    return {"requests": len(tries) + 1}


def split_headers(door, _):
    """%0d%0a in paths, queries and headers never becomes a header of an answer."""
    tries = [b"GET /bankslip/x%0d%0aX-Evil:%20yes HTTP/1.1\r\nHost: h\r\n",
             b"GET /uploads?limit=%0d%0aX-Evil:%20yes HTTP/1.1\r\nHost: h\r\n",
             b"GET /healthz HTTP/1.1\r\nHost: h\r\nX-Request-Id: a%0d%0aX-Evil: yes\r\n",
             b"GET /healthz HTTP/1.1\r\nHost: h%0d%0aX-Evil: yes\r\n"]
    for data in tries:
        got = exchange(door, data + b"Connection: close\r\n\r\n")
        head = got.partition(b"\r\n\r\n")[0].lower()
        assert b"\r\nx-evil" not in head, got[:300]
        assert status(got) != 0, f"no answer to {data!r}"
    return {"requests": len(tries)}


def rubbish(door, _):
    """Bytes that are no HTTP."""
    tries = [b"\0" * 5000, b"\xff" * 5000, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 3000,
             b"GET " + b"/a" * 40_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n", b"\x16\x03\x01\x02\x00"]
    for data in tries:
        exchange(door, data, 2)
    return {"requests": len(tries)}


ALL = [slow_headers, slow_bodies, idle_connections, endless_header, chunked_bomb, gzip_bomb,
       smuggling, lying_lengths, split_headers, rubbish]


class Running(threading.Thread):
    """An attack in a thread of its own."""

    def __init__(self, attack, door, seconds):
        super().__init__(daemon=True)
        self.attack, self.arguments = attack, (door, seconds)
        self.did, self.error = {}, None
        self.start()

    def run(self):
        try:
            self.did = self.attack(*self.arguments)
        except Exception as error:  # pylint: disable=broad-except
            self.error = error
