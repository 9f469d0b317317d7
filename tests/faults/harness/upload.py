"""Uploads over a plain socket, as fast or as slow as a scenario wants."""
import json
import os
import select
import socket
import threading
import time

BOUNDARY = "faultsboundary"


def envelope(size, name="rows.csv", key=None):
    """Head of the request, by an API key if there is one, and the bytes around a file of
    `size` bytes."""
    before = (f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; "
              f"filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n").encode()
    after = f"\r\n--{BOUNDARY}--\r\n".encode()
    head = (f"POST /bankslip/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            + (f"X-API-Key: {key}\r\n" if key else "") +
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
            f"Content-Length: {len(before) + size + len(after)}\r\n\r\n").encode()
    return head, before, after


def read_answer(sock):
    data = b""
    while True:
        piece = sock.recv(65536)
        if not piece:
            break
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    if not head:
        raise ConnectionError("no answer")
    return int(head.split()[1]), body


class Upload(threading.Thread):
    """Sends `file` (a DebtsFile) in a thread of its own, through `tls` (a context) where one
    is given. `status` stays 0 where the connection broke."""

    def __init__(self, port, file, rate=None, piece=65536, patience=300, key=None, tls=None):
        super().__init__(daemon=True)
        self.port, self.file, self.rate, self.piece = port, file, rate, piece
        self.patience, self.key, self.tls = patience, key, tls
        self.status, self.answer, self.error = 0, None, None
        self.sent = 0
        self.start()

    @property
    def upload_id(self):
        return self.answer["upload_id"]

    def run(self):
        try:
            with self._connect() as sock:
                sock.settimeout(self.patience)
                self._send(sock)
                self.status, body = read_answer(sock)
                self.answer = json.loads(body)
        except (OSError, ValueError) as error:
            self.error = error

    def _connect(self):
        sock = socket.create_connection(("127.0.0.1", self.port), 10)
        return self.tls.wrap_socket(sock) if self.tls else sock

    def _send(self, sock):
        head, before, after = envelope(os.path.getsize(self.file.path), key=self.key)
        sock.sendall(head + before)
        began = time.monotonic()
        with open(self.file.path, "rb") as source:
            while piece := source.read(self.piece):
                # An answer before the end is a refusal: nothing more is wanted. By TLS there
                # may be something else to read.
                if not self.tls and select.select([sock], [], [], 0)[0]:
                    return
                sock.sendall(piece)
                self.sent += len(piece)
                if self.rate:
                    ahead = self.sent / self.rate - (time.monotonic() - began)
                    if ahead > 0:
                        time.sleep(ahead)
        sock.sendall(after)

    def taken(self, seconds=300):
        """Waits for the 201."""
        self.join(seconds)
        assert self.status == 201, f"upload: {self.status} {self.answer} {self.error}"
        assert (self.answer["accepted"], self.answer["rejected"]) == \
            (self.file.accepted, self.file.rejected), \
            f"accepted and rejected rows: {self.answer['accepted']}, {self.answer['rejected']}"
        return self
