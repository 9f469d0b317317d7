"""Every fault that the mock services can play, alone and mixed."""
import itertools
import time

from harness.oracle import judge
from harness.registry import scenario

REFUSALS = ("status_400", "status_404", "status_422")
OTHERS = ("status_401", "status_408", "status_409", "status_429", "status_500", "status_502",
          "status_503", "status_504", "reset", "cut", "empty", "invalid_json", "wrong_types",
          "big_body", "slow_drip", "done_but_answer_lost")
QUICK = ("status_400", "done_but_answer_lost")


def lay(world, mocks, email, boleto, retry_after=1):
    for port, rates in ((mocks.email, email), (mocks.boleto, boleto)):
        mocks.faults(port, rates=rates, retry_after_s=retry_after, drip_ms=20)


def served(world, rows):
    """One process with services under fault; refused debts are failed ones."""
    server = world.server("all", SERVICE_CALL_TIMEOUT="2s")
    return server, world.upload(server, world.file(rows)).taken()


def judged(world, server, mocks, rows, faults, in_doubt=0):
    mocks.faults(mocks.email, rates={})
    mocks.faults(mocks.boleto, rates={})
    result = judge(world, server, rows, seconds=240, in_doubt=in_doubt, failed=rows)
    happened = sum(faults.values())
    assert happened > 0, "no fault was played"
    return dict(result, faults=happened, kinds=len(faults))


def played(mocks):
    """Faults of both services that have happened, by name."""
    faults = {}
    for port in (mocks.email, mocks.boleto):
        for name, count in mocks.happened(port).items():
            faults[name] = faults.get(name, 0) + count
    return faults


def play(world, rows, email, boleto, share=0.35):
    mocks = world.mocks()
    lay(world, mocks, email, boleto)
    server, _ = served(world, rows)
    # Faults stay until this share of the rows has come to an end under them, and each
    # has been played; then what was put off goes out.
    world.wait_settled(int(rows * share), 200)
    kinds = set(itertools.chain(email, boleto))
    deadline = time.monotonic() + 100
    while kinds - set(played(mocks)) and time.monotonic() < deadline:
        time.sleep(0.2)
    faults = played(mocks)
    assert kinds <= set(faults), f"faults that were not played: {kinds - set(faults)}"
    return judged(world, server, mocks, rows, faults)


def alone(name):
    def run(world):
        rate = 0.5 if name not in ("big_body", "slow_drip", *REFUSALS) else 0.1
        return play(world, world.rows(300, 200), {name: rate}, {name: rate})
    run.__doc__ = f"{name} as the only fault of both services."
    return run


for fault in REFUSALS + OTHERS:
    scenario(f"services.{fault}", quick=fault in QUICK, together=True)(alone(fault))


@scenario("services.mixed", together=True)
def mixed(world):
    """All faults at once, 5 % each: together they hit 95 % of the calls, and the
    breakers are open most of the time."""
    rates = dict.fromkeys(REFUSALS + OTHERS, 0.05)
    return play(world, 600, rates, rates, share=0.1)


@scenario("services.refused-connections", together=True)
def refused_connections(world):
    """Both services are away for 8 s: the breaker opens, no debt fails."""
    mocks = world.mocks()
    server = world.server("all")
    rows = world.rows(6_000, 2_000)
    upload = world.upload(server, world.file(rows), rate=100_000)
    world.wait_settled(50)
    for port in (mocks.email, mocks.boleto):
        mocks.faults(port, refuse_for_ms=8000)
    opened = 0
    while world.settled_rows() < len(upload.file.debts):
        opened = max(opened, server.metric("bankslip_breaker_open"))
        upload.join(0.2)
    upload.taken()
    assert opened == 2, f"{opened} breakers opened"
    return dict(judge(world, server, rows), outages=2)


@scenario("services.killed", together=True)
def services_killed(world):
    """kill -9 of the services themselves: their ledger knows what was done."""
    mocks = world.mocks("--latency-max", "5ms")
    server = world.server("all")
    rows = world.rows(6_000, 2_000)
    upload = world.upload(server, world.file(rows), rate=100_000)
    for number in range(3):
        world.wait_settled((number + 1) * rows // 8)
        mocks.kill()
        mocks.start()
    upload.taken()
    return dict(judge(world, server, rows), kills=mocks.kills)
