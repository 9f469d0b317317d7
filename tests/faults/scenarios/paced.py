"""E-mails as a stage of their own: kills, a slow provider, a switch of the mode."""
import time

from harness.oracle import judge
from harness.registry import scenario
from .bounce import bounce_workers


@scenario("paced.workers-mailing", quick=True)
def workers_mailing(world):
    """3 workers that are killed again and again while both stages are at work."""
    world.env["EMAIL_DELIVERY"] = "paced"
    world.mocks("--latency-min", "1ms", "--latency-max", "5ms")
    rows = world.rows(20_000, 4_000)
    result = bounce_workers(world, rows, rate=world.rows(100_000, 60_000),
                            rounds=world.rows(3, 1), KAFKA_INSTANCE_ID="member-{}")
    assert result["emails"] == result["emailed"]
    return result


@scenario("paced.switch", quick=True)
def switch(world):
    """Workers die in the middle of their e-mails and come back in the other mode, in turn."""
    world.mocks("--latency-min", "1ms", "--latency-max", "5ms", boleto=False)
    rows = world.rows(20_000, 4_000)
    api = world.server("api")
    modes = ("paced", "inline")
    rates = {"paced": "1500", "inline": "0"}
    workers = [world.server("worker", EMAIL_DELIVERY=mode, EMAIL_RATE=rates[mode],
                            KAFKA_INSTANCE_ID=f"member-{n}") for n, mode in enumerate(modes)]
    upload = world.upload(api, world.file(rows), rate=100_000)
    switches = 0
    for turn in range(1, world.rows(7, 4)):
        world.wait_settled(rows // 20 * turn)
        for n, worker in enumerate(workers):
            worker.kill()
            mode = modes[(n + turn) % 2]
            worker.env["EMAIL_DELIVERY"] = mode
            worker.env["EMAIL_RATE"] = "0" if turn % 2 else rates[mode]
            worker.start()
            switches += 1
            time.sleep(0.5)
    upload.taken()
    result = dict(judge(world, api, rows), switches=switches)
    assert result["emails"] == result["emailed"]
    return result


@scenario("paced.refused-connections", quick=True)
def refused_connections(world):
    """The provider is away for 8 s: its breaker opens, the slips go on, and the e-mails keep
    their places; only those under way in the moment of its end take the outbox."""
    world.env["EMAIL_DELIVERY"] = "paced"
    mocks = world.mocks("--latency-min", "1ms", "--latency-max", "5ms", boleto=False)
    server = world.server("all", EMAIL_RATE="1000")
    rows = world.rows(12_000, 6_000)
    upload = world.upload(server, world.file(rows))
    world.wait_settled(50)
    mocks.faults(mocks.email, refuse_for_ms=8000)
    upload.taken()
    opened = most_waiting = 0
    while world.number("select count(*) from bankslips where propagated") < rows // 2:
        opened = max(opened, server.metric("bankslip_breaker_open"))
        most_waiting = max(most_waiting, world.number("select count(*) from outbox"))
        time.sleep(0.2)
    assert opened == 1, "the breaker did not open"
    assert most_waiting < 300, f"{most_waiting} e-mails were put off"
    return dict(judge(world, server, rows), most_in_outbox=most_waiting)
