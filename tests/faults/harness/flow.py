"""A steady flow of rows and those who watch it: stalls, recovery, positions."""
import http.client
import statistics
import threading
import time

#: A gap without a settled row that counts as a stall.
STALL = 2.0


class Load(threading.Thread):
    """Files one after the other at a steady pace, each sent again until it is taken."""

    #: The server takes a file by blocks of 256 KiB: a hundred rows.
    PADDING = 2_500

    def __init__(self, world, apis, rows_per_second, rows_each):
        super().__init__(daemon=True)
        self.world, self.apis = world, apis
        self.pace, self.rows_each = rows_per_second, rows_each
        self.ended = threading.Event()
        self.rows = self.sent_again = 0
        self.error = None
        self.start()

    def run(self):
        try:
            file = self._make()
            while not self.ended.is_set():
                file = self._deliver(file)
        except Exception as error:  # pylint: disable=broad-except
            self.error = error

    def _make(self):
        return self.world.file(self.rows_each, padding=self.PADDING)

    def _deliver(self, file):
        """Answers the next file, made meanwhile: no gap between the two."""
        turn, following = 0, None
        size = file.path.stat().st_size
        while True:
            upload = self.world.upload(self.apis[turn % len(self.apis)], file,
                                       rate=self.pace * size / file.rows, piece=32768, patience=120)
            following = following or self._make()
            upload.join()
            if upload.status == 201:
                self.rows += file.accepted
                # What was in it is known by content.
                file.path.unlink()
                return following
            if upload.status not in (0, 503):
                raise AssertionError(f"an upload ended: {upload.status} {upload.answer}")
            self.sent_again += 1
            turn += 1
            time.sleep(1)

    def finish(self, seconds=240):
        self.ended.set()
        self.join(seconds)
        if self.error:
            raise self.error
        assert not self.is_alive(), f"the last file was not taken within {seconds} s"


class Progress:
    """Sums what the workers' own figures say of settled rows, so that it also sees while
    database or brokers are away. Each worker is asked by a thread: one that does not answer
    hides no other."""

    def __init__(self, workers):
        self.ended = threading.Event()
        self.totals = [0] * len(workers)
        #: When rows were seen to be settled.
        self.times = [time.monotonic()]
        self.threads = [threading.Thread(target=self._watch, args=asked, daemon=True)
                        for asked in enumerate(workers)]
        for thread in self.threads:
            thread.start()

    @property
    def total(self):
        return sum(self.totals)

    def _watch(self, number, worker):
        seen = 0
        while not self.ended.wait(0.1):
            try:
                now = worker.settled()
            except (OSError, http.client.HTTPException, ValueError):
                continue
            # A process that was started anew counts from 0.
            grown = now - seen if now >= seen else now
            seen = now
            if grown:
                self.totals[number] += grown
                self.times.append(time.monotonic())

    def stalls(self, since):
        """(begin, end) of each, as far as it reaches behind `since`; one may still last."""
        times = sorted(self.times + [time.monotonic()])
        return [(a, b) for a, b in zip(times, times[1:]) if b - a > STALL and b > since]

    def flows(self, since, seconds=3.0):
        """Whether rows were settled again and again in the last `seconds`, all after `since`."""
        now = time.monotonic()
        return now - seconds >= since and \
            not any(b > now - seconds for _, b in self.stalls(since))

    def recovery(self, since, until):
        """Seconds from `since` to the end of the last stall that began before `until`."""
        ends = [b for a, b in self.stalls(since) if a < until]
        return max(ends, default=since) - since

    def longest(self, since):
        return max((b - max(a, since) for a, b in self.stalls(since)), default=0.0)

    def stop(self):
        self.ended.set()
        for thread in self.threads:
            thread.join(10)


class Positions(threading.Thread):
    """Asks for the committed offsets again and again: they must never move back."""

    def __init__(self, world):
        super().__init__(daemon=True)
        self.world = world
        self.ended = threading.Event()
        self.asked = 0
        self.back = []
        self.start()

    def run(self):
        highest = {}
        while not self.ended.wait(0.5):
            try:
                found = self.world.committed_now()
            except OSError:
                continue
            self.asked += 1
            for partition, offset in found.items():
                if offset < highest.get(partition, -1):
                    self.back.append((partition, highest[partition], offset))
                highest[partition] = max(offset, highest.get(partition, -1))

    def stop(self):
        self.ended.set()
        self.join(30)
        assert self.asked > 3, "nobody told of committed offsets"
        assert not self.back, f"committed offsets moved back: {self.back[:5]}"


def middle(seconds):
    """The median as it is shown."""
    return round(statistics.median(seconds), 1)
