"""Mutated files through the real server."""
import threading
import time

from harness.http_raw import Door, dial, post_file
from harness.mutate import HEADER, Records, files
from harness.registry import scenario
from harness.stack import until

ENDLESS = 1 << 40


class Sender(threading.Thread):
    """Uploads small files, one after the other, and counts the answers: `least` of
    them, and more until `ends` has come."""

    def __init__(self, port, bodies, least, ends=0.0):
        super().__init__(daemon=True)
        self.port, self.bodies, self.least, self.ends = port, bodies, least, ends
        self.files = self.accepted = self.rejected = self.cut = self.refused = 0
        self.wrong, self.error, self.sock = [], None, None
        self.start()

    def run(self):
        try:
            for number, body in enumerate(self.bodies):
                if number >= self.least and time.monotonic() >= self.ends:
                    break
                self._one(body)
        except Exception as error:  # pylint: disable=broad-except
            self.error = error

    def _one(self, body):
        if self.sock is None:
            self.sock = dial(Door(self.port), timeout=60)
        status, answer, closes = post_file(self.sock, body)
        if closes:
            self.sock.close()
            self.sock = None
        self.files += 1
        if status == 422:
            self.refused += 1
            return
        if status != 201:
            raise AssertionError(f"status {status}: {answer}")
        self.accepted += answer["accepted"]
        self.rejected += answer["rejected"]
        rows = answer["accepted"] + answer["rejected"]
        counted = Records.count(body[len(HEADER):])
        if counted is None:
            # From an open quote on nothing can be told apart.
            self.cut += 1
        elif rows != counted:
            self.wrong.append((counted, answer["accepted"], answer["rejected"], body))


@scenario("input.mutations", quick=True)
def mutations(world):
    """100,000 mutated files: accepted + rejected = rows, no crash, memory flat."""
    server = world.server("all", MAX_UPLOADS="64")
    total = world.rows(100_000, 2_000)
    # Each waits for the disk most of its time.
    threads, first = 24, total * 2 // 5
    # CAF keeps timers until they fire, PARSER's idle time-out of 120 s among them:
    # until then memory grows with the rate of uploads.
    steady = time.monotonic() + (0 if world.quick else 130)
    warm = [Sender(server.port, files(n, ENDLESS, 3), first // threads, steady)
            for n in range(threads)]
    for sender in warm:
        sender.join()
    before = server.rss_mb()
    senders = [Sender(server.port, files(100 + n, ENDLESS, 3), (total - first) // threads)
               for n in range(threads)]
    for sender in senders:
        sender.join()
    everyone = warm + senders
    errors = [s.error for s in everyone if s.error]
    assert not errors, f"{errors[0]!r}"
    wrong = [w for s in everyone for w in s.wrong]
    assert not wrong, f"{len(wrong)} files with other counts than rows, such as {wrong[0]}"
    assert server.running()
    accepted = sum(s.accepted for s in everyone)
    until(lambda: world.lag() == 0 and world.number("select count(*) from intents") == 0, 120,
          "all is settled")
    ends = "coalesce(sum(emailed + duplicates + conflicts + failed + in_doubt), 0)"
    wrong = world.sql(f"select upload_id, accepted, {ends} from uploads left join upload_progress "
                      f"using (upload_id) group by 1, 2 having accepted <> {ends}")
    assert not wrong, f"{len(wrong)} uploads end with other counts than accepted: {wrong[:3]}"
    ends = world.number(f"select {ends} from upload_progress")
    assert ends == accepted, f"{accepted} rows accepted, {ends} ended"
    after = server.rss_mb()
    assert after < before + 60, f"memory grew from {before:.0f} to {after:.0f} MB"
    return {"rows": accepted + sum(s.rejected for s in everyone),
            "files": sum(s.files for s in everyone), "accepted": accepted,
            "rejected": sum(s.rejected for s in everyone), "lost": accepted - ends,
            "open_quotes": sum(s.cut for s in everyone),
            "refused_files": sum(s.refused for s in everyone),
            "rss_mb": f"{before:.0f}->{after:.0f}"}
