"""The broker is killed, stopped and started again."""
import time

from harness.oracle import judge
from harness.registry import scenario
from harness.stack import until


def broker_away(world, rows, rate, seconds, kill):
    """Takes the broker away in mid-upload, for `seconds`. The upload may end
    with 201 or 503; what was published is settled either way."""
    worker = world.server("worker")
    api = world.server("api")
    file = world.file(rows)
    upload = world.upload(api, file, rate=rate)
    world.wait_settled(rows // 20)
    if kill:
        world.stack.kill_broker()
    else:
        world.stack.run("down", "kafka")
    before = world.settled_rows()
    time.sleep(seconds)
    until(lambda: not api.ready(), 30, "/readyz says that the broker is away")
    world.stack.start("kafka")
    upload.join(200)
    assert upload.status in (201, 503), f"upload: {upload.status} {upload.error}"
    again = 0
    if upload.status == 503:
        again = 1
        api.wait_ready()
        world.upload(api, file).taken()
    result = judge(world, api, rows)
    assert before < rows
    return dict(result, broker_losses=1, upload_status=upload.status, sent_again=again,
                worker_alive=worker.running())


@scenario("broker.killed", quick=True)
def killed(world):
    """kill -9 of the broker and a restart, in mid-upload."""
    return broker_away(world, world.rows(60_000, 15_000), world.rows(800_000, 400_000), 1, True)


@scenario("broker.stopped")
def stopped(world):
    """No broker for 60 s."""
    return broker_away(world, 60_000, 800_000, world.rows(60, 5), False)


@scenario("broker.killed-processing")
def killed_in_processing(world):
    """kill -9 of the broker three times after the 201, while rows are settled
    and mailed."""
    world.mocks("--latency-min", "5ms", "--latency-max", "10ms", boleto=False)
    world.server("worker", WORKERS="1", SERVICE_PARALLEL_CALLS="8")
    api = world.server("api")
    rows = world.rows(20_000, 6_000)
    world.upload(api, world.file(rows)).taken()
    kills = 0
    for _ in range(3):
        before = world.settled_rows()
        if before >= rows * 0.9:
            break
        world.stack.kill_broker()
        kills += 1
        world.stack.start("kafka")
        world.wait_settled(min(before + rows // 8, int(rows * 0.9)), 60)
    assert kills >= 2, f"only {kills} kills before all was done"
    return dict(judge(world, api, rows), broker_losses=kills)
