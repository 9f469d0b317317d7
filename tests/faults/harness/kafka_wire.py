"""Committed and end offsets, and more partitions, asked of the broker in Kafka's own protocol.

OffsetFetch, ListOffsets and CreatePartitions, all version 1 (https://kafka.apache.org/protocol).
"""
import socket
import struct

LIST_OFFSETS = 2
OFFSET_FETCH = 9
CREATE_PARTITIONS = 37
LATEST = -1
EARLIEST = -2


def _text(value):
    data = value.encode()
    return struct.pack(">h", len(data)) + data


def _exactly(sock, size):
    data = b""
    while len(data) < size:
        piece = sock.recv(size - len(data))
        if not piece:
            raise ConnectionError("the broker closed the connection")
        data += piece
    return data


def _ask(port, api, body):
    head = struct.pack(">hhi", api, 1, 1) + _text("faults")
    with socket.create_connection(("127.0.0.1", port), 5) as sock:
        sock.settimeout(10)
        sock.sendall(struct.pack(">i", len(head + body)) + head + body)
        size, = struct.unpack(">i", _exactly(sock, 4))
        return _exactly(sock, size)[4:]


class _Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        values = struct.unpack_from(">" + form, self.data, self.at)
        self.at += struct.calcsize(">" + form)
        return values

    def skip_text(self):
        size, = self.take("h")
        self.at += max(size, 0)


def committed(port, group, topic, partitions):
    """Offset by partition; -1 where none was committed."""
    body = _text(group) + struct.pack(">i", 1) + _text(topic)
    body += struct.pack(f">i{partitions}i", partitions, *range(partitions))
    answer = _Reader(_ask(port, OFFSET_FETCH, body))
    found = {}
    for _ in range(*answer.take("i")):
        answer.skip_text()
        for _ in range(*answer.take("i")):
            partition, offset = answer.take("iq")
            answer.skip_text()
            error, = answer.take("h")
            if error:
                raise ConnectionError(f"OffsetFetch of partition {partition}: error {error}")
            found[partition] = offset
    return found


def edges(port, topic, partitions, when=LATEST):
    """The first (EARLIEST) or next (LATEST) offset of each partition."""
    body = struct.pack(">ii", -1, 1) + _text(topic) + struct.pack(">i", partitions)
    for partition in range(partitions):
        body += struct.pack(">iq", partition, when)
    answer = _Reader(_ask(port, LIST_OFFSETS, body))
    found = {}
    for _ in range(*answer.take("i")):
        answer.skip_text()
        for _ in range(*answer.take("i")):
            partition, error, _, offset = answer.take("ihqq")
            if error:
                raise ConnectionError(f"ListOffsets of partition {partition}: error {error}")
            found[partition] = offset
    return found


def widen(port, topic, partitions):
    """Gives a topic so many partitions."""
    body = struct.pack(">i", 1) + _text(topic) + struct.pack(">ii", partitions, -1)
    body += struct.pack(">i?", 10_000, False)
    answer = _Reader(_ask(port, CREATE_PARTITIONS, body))
    answer.take("ii")
    answer.skip_text()
    error, = answer.take("h")
    if error:
        raise ConnectionError(f"CreatePartitions of {topic}: error {error}")
