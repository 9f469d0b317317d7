"""E-mails as a stage of their own: kills, a slow provider, a switch of the mode."""
import time

from harness.oracle import judge, stored
from harness.registry import scenario
from harness.stack import until
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


@scenario("paced.smtp-kill-all", quick=True)
def smtp_kill_all(world):
    """kill -9 of everything in the middle of e-mails by SMTP, where no key tells a repeated one:
    at most one wave of each mail worker is in doubt, and no message is handed over twice."""
    mail_workers, wave = 2, 40
    world.env.update(EMAIL_DELIVERY="paced", EMAIL_RATE="400", WORKERS=str(mail_workers))
    sink = world.smtp(milliseconds=5)
    rows, rounds = world.rows(8_000, 2_000), world.rows(6, 3)
    processes = [world.server(role, KAFKA_INSTANCE_ID=f"member-{role}")
                 for role in ("all", "worker")]
    world.upload(processes[0], world.file(rows)).taken()
    for turn in range(1, rounds + 1):
        until(lambda: sink.taken().total() >= rows // (rounds + 2) * turn, 60,
              "e-mails go out")
        for process in processes:
            process.kill()
        for process in processes:
            process.start()
    kills = sum(process.kills for process in processes)
    bound = kills * mail_workers * wave
    result = judge(world, processes[0], rows, in_doubt=bound)
    taken = sink.taken()
    for debt_id, row in stored(world).items():
        times = taken[sink.message_of(debt_id)]
        assert times <= 1, f"debt {debt_id} has {times} e-mails"
        assert row[7] != "t" or times == 1, f"debt {debt_id} is emailed, its message is not there"
    assert result["in_doubt"] > 0, "no kill fell into an e-mail"
    return dict(result, kills=kills, messages=taken.total(), most_in_doubt=bound)
