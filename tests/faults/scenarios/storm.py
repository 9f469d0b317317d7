"""kill -9 of something every two seconds, under load, for minutes."""
import random
import threading
import time

from harness.oracle import judge
from harness.registry import scenario


@scenario("storm.everything")
def storm(world):
    """Workers, api, services, a backend, the postmaster, the broker: one every
    2 s. Uploads that break are sent again, as a client would."""
    seconds = world.options.storm_seconds or world.rows(300, 30)
    mocks = world.mocks("--latency-max", "3ms", boleto=False)
    api = world.server("api")
    workers = [world.server("worker") for _ in range(2)]
    dice = random.Random(7)
    kills = dict.fromkeys(("worker", "api", "services", "backend", "postmaster", "broker"), 0)
    weights = (10, 4, 3, 4, 2, 2)
    servers = {"postmaster": ("postgres", world.stack.kill_postmaster),
               "broker": ("kafka", world.stack.kill_broker)}
    restarts = dict.fromkeys(servers)
    rows_each = 4_000
    pending, files = [], []
    end = time.monotonic() + seconds

    def new_upload(file):
        pending.append(world.upload(api, file, rate=150_000, patience=60))

    def kill(what):
        if what == "worker":
            one = dice.choice(workers)
            one.kill()
            one.start(wait=False)
        elif what == "api":
            api.kill()
            api.start(wait=False)
        elif what == "services":
            mocks.kill()
            mocks.start()
        elif what == "backend":
            world.sql(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = "
                      f"'{world.database}' and pid <> pg_backend_pid() and random() < 0.4",
                      check=False)
        elif restarts[what] and restarts[what].is_alive():
            return
        else:
            service, end_it = servers[what]
            end_it()
            restarts[what] = threading.Thread(target=world.stack.start, args=(service,))
            restarts[what].start()
        kills[what] += 1

    while time.monotonic() < end:
        began = time.monotonic()
        for process in (api, *workers):
            if not process.running():
                process.start(wait=False)
        for upload in [u for u in pending if not u.is_alive()]:
            pending.remove(upload)
            if upload.status != 201:
                files.append(upload.file)
        if not pending and api.running() and api.ready():
            new_upload(files.pop() if files else world.file(rows_each))
        kill(dice.choices(list(kills), weights)[0])
        time.sleep(max(0.0, 2 - (time.monotonic() - began)))
    for restart in filter(None, restarts.values()):
        restart.join()
    for process in (api, *workers):
        if not process.running():
            process.start(wait=False)
    api.wait_ready()
    for upload in pending:
        upload.join(120)
        if upload.status != 201:
            files.append(upload.file)
    for file in files:
        world.upload(api, file).taken()
    # A range at which its process died again and again is given up as in doubt.
    result = judge(world, api, rows_each, seconds=300, in_doubt=50)
    return dict(result, kills=sum(kills.values()), of=kills)
