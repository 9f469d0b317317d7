"""The few calls of Kafka's protocol that the benchmark needs, over one socket."""
import socket
import struct

LATEST = -1


class KafkaError(Exception):
    """The broker answered with an error code."""


def _string(text):
    data = text.encode()
    return struct.pack(">h", len(data)) + data


class _Reader:
    def __init__(self, data):
        self._data = data
        self._at = 0

    def take(self, form):
        value, = struct.unpack_from(">" + form, self._data, self._at)
        self._at += struct.calcsize(form)
        return value

    def string(self):
        size = self.take("h")
        if size < 0:
            return None
        self._at += size
        return self._data[self._at - size:self._at].decode()


class Kafka:
    """A connection to a single-node cluster. Not for several threads."""

    def __init__(self, host, port):
        self._socket = socket.create_connection((host, port), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(40)
        self._correlation = 0

    def close(self):
        self._socket.close()

    def _receive(self, size):
        parts = bytearray()
        while len(parts) < size:
            part = self._socket.recv(size - len(parts))
            if not part:
                raise KafkaError("the broker closed the connection")
            parts += part
        return bytes(parts)

    def _call(self, key, version, body):
        self._correlation += 1
        head = struct.pack(">hhi", key, version, self._correlation) + _string("bankslip-bench")
        self._socket.sendall(struct.pack(">i", len(head) + len(body)) + head + body)
        size, = struct.unpack(">i", self._receive(4))
        reader = _Reader(self._receive(size))
        if reader.take("i") != self._correlation:
            raise KafkaError("an answer to another request")
        return reader

    def _partitions_answer(self, reader, take_offset):
        offsets = {}
        for _ in range(reader.take("i")):
            reader.string()
            for _ in range(reader.take("i")):
                partition = reader.take("i")
                offset, error = take_offset(reader)
                if error:
                    raise KafkaError(f"partition {partition}: error code {error}")
                offsets[partition] = offset
        return offsets

    def end_offsets(self, topic, partitions):
        """ListOffsets v1: the end of each partition."""
        asked = b"".join(struct.pack(">iq", p, LATEST) for p in range(partitions))
        reader = self._call(2, 1, struct.pack(">ii", -1, 1) + _string(topic) +
                            struct.pack(">i", partitions) + asked)

        def take(answer):
            error = answer.take("h")
            answer.take("q")
            return answer.take("q"), error
        return self._partitions_answer(reader, take)

    def committed_offsets(self, group, topic, partitions):
        """OffsetFetch v1: what the group has committed, -1 for nothing."""
        asked = b"".join(struct.pack(">i", p) for p in range(partitions))
        reader = self._call(9, 1, _string(group) + struct.pack(">i", 1) + _string(topic) +
                            struct.pack(">i", partitions) + asked)

        def take(answer):
            offset = answer.take("q")
            answer.string()
            return offset, answer.take("h")
        return self._partitions_answer(reader, take)

    def delete_topics(self, topics):
        """DeleteTopics v1. A topic that is not there is no error."""
        reader = self._call(20, 1, struct.pack(">i", len(topics)) +
                            b"".join(_string(t) for t in topics) + struct.pack(">i", 30000))
        reader.take("i")
        for _ in range(reader.take("i")):
            topic, error = reader.string(), reader.take("h")
            if error not in (0, 3):
                raise KafkaError(f"cannot delete topic {topic}: error code {error}")
