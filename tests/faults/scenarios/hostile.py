"""Hostile clients straight at the server: it survives, its memory is bounded,
the admin listener answers within a second all the while."""
import time

from harness.attacks import ALL, Running
from harness.http_raw import Door
from harness.oracle import judge
from harness.process import ask
from harness.registry import scenario

#: Of the whole process, in MB.
MEMORY_LIMIT = 400


def watch(server, attack):
    """Asks for health while the attack runs; answers the slowest and the peak."""
    slowest, peak = 0.0, 0.0
    while attack.is_alive():
        began = time.monotonic()
        status, _ = ask(server.admin, "GET", "/healthz", timeout=5)
        slowest = max(slowest, time.monotonic() - began)
        assert status == 200
        peak = max(peak, server.rss_mb())
        attack.join(0.1)
    if attack.error:
        raise attack.error
    return slowest, peak


def endure(world, attack):
    server = world.server("all")
    before = world.file(200)
    world.upload(server, before).taken()
    running = Running(attack, Door(server.port), world.rows(15, 5))
    slowest, peak = watch(server, running)
    assert server.running(), server.log_tail()
    assert slowest < 1.0, f"health took {slowest:.2f} s"
    assert peak < MEMORY_LIMIT, f"{peak:.0f} MB"
    # Once it is over, all works as before.
    deadline = time.monotonic() + 60
    while True:
        try:
            if ask(server.port, "GET", "/healthz", timeout=5)[0] == 200:
                break
        except OSError:
            pass
        assert time.monotonic() < deadline, "no answer 60 s after the attack"
        time.sleep(0.2)
    world.upload(server, world.file(200)).taken()
    judged = judge_files(world, server)
    return dict(judged, **running.did, slowest_health_s=round(slowest, 2), peak_mb=round(peak))


def judge_files(world, server):
    result = judge(world, server, 400)
    return {k: result[k] for k in ("rows", "lost", "sent_twice", "emailed")}


QUICK = {"slow_bodies", "smuggling"}


def direct(attack):
    def run(world):
        return endure(world, attack)
    run.__doc__ = attack.__doc__
    return run


for one in ALL:
    scenario("http." + one.__name__.replace("_", "-"), quick=one.__name__ in QUICK)(direct(one))
