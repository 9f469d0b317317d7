"""The table that a run ends with."""
import contextlib
import time


class Report:
    """What was done, how long it took and what it showed."""

    def __init__(self):
        self.lines = []

    @contextlib.contextmanager
    def step(self, title):
        begin = time.monotonic()
        shown = []
        print(f"{time.strftime('%H:%M:%S')}  {title}", flush=True)
        try:
            yield shown.append
        except BaseException as fault:
            shown.append(f"FAILED: {fault}")
            raise
        finally:
            self.lines.append((title, time.monotonic() - begin, "; ".join(map(str, shown))))

    def print(self):
        width = max(len(title) for title, _, _ in self.lines)
        print()
        for title, seconds, shown in self.lines:
            print(f"{title:<{width}}  {seconds:6.1f} s  {shown}")
