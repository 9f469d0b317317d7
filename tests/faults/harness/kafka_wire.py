"""Offsets, leaders and settings of topics, asked of brokers in Kafka's own protocol.

ListOffsets, Metadata, OffsetFetch, FindCoordinator and CreatePartitions of version 1,
IncrementalAlterConfigs of version 0 (https://kafka.apache.org/protocol). `brokers` is a list of
(host, port): the first that answers says who is to be asked.
"""
import collections
import socket
import struct

LIST_OFFSETS = 2
METADATA = 3
OFFSET_FETCH = 9
FIND_COORDINATOR = 10
CREATE_PARTITIONS = 37
INCREMENTAL_ALTER_CONFIGS = 44
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


def _ask(address, api, body, version=1):
    head = struct.pack(">hhi", api, version, 1) + _text("faults")
    with socket.create_connection(address, 2) as sock:
        sock.settimeout(4)
        sock.sendall(struct.pack(">i", len(head + body)) + head + body)
        size, = struct.unpack(">i", _exactly(sock, 4))
        return _Reader(_exactly(sock, size)[4:])


def _ask_any(brokers, api, body, version=1):
    for address in brokers[:-1]:
        try:
            return _ask(address, api, body, version)
        except OSError:
            pass
    return _ask(brokers[-1], api, body, version)


class _Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        values = struct.unpack_from(">" + form, self.data, self.at)
        self.at += struct.calcsize(">" + form)
        return values

    def text(self):
        size, = self.take("h")
        self.at += max(size, 0)
        return self.data[self.at - max(size, 0):self.at].decode()

    def numbers(self):
        return list(self.take(f"{self.take('i')[0]}i"))


#: `leader`: -1 where there is none. `replicas`, `isr`: numbers of brokers.
Partition = collections.namedtuple("Partition", "leader replicas isr")


def metadata(brokers, topic):
    """Addresses of the brokers by number, and the topic's partitions by number."""
    answer = _ask_any(brokers, METADATA, struct.pack(">i", 1) + _text(topic))
    addresses = {}
    for _ in range(*answer.take("i")):
        number, = answer.take("i")
        addresses[number] = (answer.text(), *answer.take("i"))
        answer.text()
    answer.take("i")
    found = {}
    for _ in range(*answer.take("i")):
        error, = answer.take("h")
        answer.text()
        answer.take("?")
        for _ in range(*answer.take("i")):
            _, number, leader = answer.take("hii")
            found[number] = Partition(leader, answer.numbers(), answer.numbers())
        if error:
            raise ConnectionError(f"Metadata of {topic}: error {error}")
    return addresses, found


def coordinator(brokers, group):
    answer = _ask_any(brokers, FIND_COORDINATOR, _text(group) + struct.pack(">b", 0))
    _, error = answer.take("ih")
    answer.text()
    answer.take("i")
    if error:
        raise ConnectionError(f"FindCoordinator of {group}: error {error}")
    return answer.text(), *answer.take("i")


def agreed_coordinator(brokers, group):
    """The one that all who answer name: one who has not heard yet that it is no longer the
    coordinator would tell of old offsets."""
    named = set()
    for broker in brokers:
        try:
            named.add(coordinator([broker], group))
        except OSError:
            pass
    if len(named) != 1:
        raise ConnectionError(f"brokers name {len(named)} coordinators of {group}")
    return named.pop()


def committed(brokers, group, topic, partitions):
    """Offset by partition; -1 where none was committed."""
    body = _text(group) + struct.pack(">i", 1) + _text(topic)
    body += struct.pack(f">i{partitions}i", partitions, *range(partitions))
    answer = _ask(agreed_coordinator(brokers, group), OFFSET_FETCH, body)
    found = {}
    for _ in range(*answer.take("i")):
        answer.text()
        for _ in range(*answer.take("i")):
            partition, offset = answer.take("iq")
            answer.text()
            error, = answer.take("h")
            if error:
                raise ConnectionError(f"OffsetFetch of partition {partition}: error {error}")
            found[partition] = offset
    return found


def edges(brokers, topic, when=LATEST):
    """The first (EARLIEST) or next (LATEST) offset of each partition, as its leader says."""
    addresses, partitions = metadata(brokers, topic)
    by_leader, found = {}, {}
    for number, partition in partitions.items():
        if partition.leader not in addresses:
            raise ConnectionError(f"{topic}: partition {number} has no leader")
        by_leader.setdefault(partition.leader, []).append(number)
    for leader, numbers in by_leader.items():
        body = struct.pack(">ii", -1, 1) + _text(topic) + struct.pack(">i", len(numbers))
        for number in numbers:
            body += struct.pack(">iq", number, when)
        answer = _ask(addresses[leader], LIST_OFFSETS, body)
        for _ in range(*answer.take("i")):
            answer.text()
            for _ in range(*answer.take("i")):
                partition, error, _, offset = answer.take("ihqq")
                if error:
                    raise ConnectionError(f"ListOffsets of partition {partition}: error {error}")
                found[partition] = offset
    return found


def widen(brokers, topic, partitions):
    """Gives a topic so many partitions."""
    body = struct.pack(">i", 1) + _text(topic) + struct.pack(">ii", partitions, -1)
    body += struct.pack(">i?", 10_000, False)
    answer = _ask_any(brokers, CREATE_PARTITIONS, body)
    answer.take("ii")
    answer.text()
    error, = answer.take("h")
    if error:
        raise ConnectionError(f"CreatePartitions of {topic}: error {error}")


def configure(brokers, topic, **settings):
    """Settings of a topic, with _ for the points of their names."""
    kind_of_topic, operation_set = 2, 0
    body = struct.pack(">ib", 1, kind_of_topic) + _text(topic) + struct.pack(">i", len(settings))
    for name, value in settings.items():
        body += _text(name.replace("_", ".")) + struct.pack(">b", operation_set) + _text(value)
    answer = _ask_any(brokers, INCREMENTAL_ALTER_CONFIGS, body + struct.pack(">?", False), 0)
    _, _, error = answer.take("iih")
    if error:
        raise ConnectionError(f"IncrementalAlterConfigs of {topic}: error {error}, {answer.text()}")
