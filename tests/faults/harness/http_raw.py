"""Raw HTTP over sockets, as no honest client would speak it."""
import collections
import json
import socket
import ssl

from .upload import BOUNDARY, envelope


#: Where to knock, from which address of this machine, and whether by TLS.
Door = collections.namedtuple("Door", "port source tls", defaults=("127.0.0.1", False))


def dial(door, timeout=10):
    sock = socket.create_connection(("127.0.0.1", door.port), timeout, (door.source, 0))
    if not door.tls:
        return sock
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(sock)


def answer(sock, timeout=15):
    """All bytes until the peer closes, or is silent for `timeout`."""
    sock.settimeout(timeout)
    data = b""
    try:
        while piece := sock.recv(65536):
            data += piece
    except OSError:
        pass
    return data


def status(data):
    try:
        return int(data.split(b" ", 2)[1])
    except (IndexError, ValueError):
        return 0


def exchange(door, data, timeout=15):
    with dial(door) as sock:
        try:
            sock.sendall(data)
        except OSError:
            pass
        return answer(sock, timeout)


def post_file(sock, body):
    """One upload on an open connection that stays open; status and JSON."""
    _, before, after = envelope(len(body))
    size = len(before) + len(body) + len(after)
    sock.sendall((f"POST /bankslip/batch HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; "
                  f"boundary={BOUNDARY}\r\nContent-Length: {size}\r\n\r\n").encode()
                 + before + body + after)
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(65536)
        if not piece:
            raise ConnectionError(f"no whole answer: {data[:100]!r}")
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                  if line.startswith(b"content-length"))
    while len(rest) < length:
        piece = sock.recv(65536)
        if not piece:
            raise ConnectionError("the answer is cut")
        rest += piece
    closes = b"connection: close" in head.lower()
    return int(head.split()[1]), json.loads(rest), closes
