"""Workers that come and go, gently and not."""
import time

from harness.oracle import judge
from harness.registry import scenario


@scenario("rebalance.1-6-1", together=True)
def up_and_down(world):
    """1 to 6 to 1 workers under load; committed offsets never move back."""
    world.mocks("--latency-max", "2ms", boleto=False)
    api = world.server("api")
    rows = world.rows(30_000, 5_000)
    pause = world.rows(5, 1)
    upload = world.upload(api, world.file(rows), rate=world.rows(70_000, 60_000))
    highest, back, asked, changes = {}, 0, 0, 0

    def watch(seconds):
        nonlocal back, asked
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for partition, offset in world.committed().items():
                back += offset < highest.get(partition, -1)
                highest[partition] = max(offset, highest.get(partition, -1))
                asked += 1
            time.sleep(0.2)

    workers = [world.server("worker")]
    for count in (2, 3, 4, 5, 6):
        workers.append(world.server("worker"))
        changes += 1
        watch(pause)
        assert len(workers) == count
    for worker in workers[1:]:
        assert worker.stop()[0] == 0
        changes += 1
        watch(pause)
    upload.taken()
    result = judge(world, api, rows)
    assert back == 0, f"committed offsets moved back {back} times"
    return dict(result, rebalances=changes, offsets_watched=asked)
