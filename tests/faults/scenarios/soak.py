"""Steady load with a kill each minute: nothing grows."""
import time

from harness.oracle import judge
from harness.registry import scenario


def slope(samples):
    """Least squares of (seconds, value), per hour."""
    n = len(samples)
    mean_x = sum(x for x, _ in samples) / n
    mean_y = sum(y for _, y in samples) / n
    below = sum((x - mean_x) ** 2 for x, _ in samples)
    return 3600 * sum((x - mean_x) * (y - mean_y) for x, y in samples) / below


@scenario("soak.steady")
def steady(world):
    """An api that is never killed, a worker that is, each minute."""
    minutes = world.options.soak_minutes or world.rows(2, 0.5)
    api, steady_worker = world.server("api"), world.server("worker")
    victim = world.server("worker")
    began = time.monotonic()
    samples, files, lags = [], [], []
    kills, minute = 0, 0
    while (passed := time.monotonic() - began) < minutes * 60:
        world.upload(api, world.file(10_000), rate=400_000).taken()
        for process in (api, steady_worker):
            samples.append((passed, process, process.rss_mb(), process.descriptors()))
        lags.append(world.lag())
        if passed // min(60, minutes * 20) > minute:
            minute = passed // min(60, minutes * 20)
            victim.kill()
            victim.start(wait=False)
            kills += 1
    for number, process in enumerate((api, steady_worker)):
        mine = [s for s in samples if s[1] is process]
        later = mine[len(mine) // 3:]
        growth = slope([(s[0], s[2]) for s in later]) if len(later) > 2 else 0.0
        files.append((number, round(growth), mine[len(mine) // 3][3], mine[-1][3],
                      round(mine[-1][2])))
    result = judge(world, api, 10_000)
    assert kills > 0
    for _, _, before, after, _ in files:
        assert after <= before + 10, f"descriptors grew from {before} to {after}"
    assert max(lags) < 60_000, f"lag rose to {max(lags)}"
    return dict(result, kills=kills, minutes=minutes, worst_lag=max(lags),
                rss_mb=[f[4] for f in files], slope_mb_per_hour=[f[1] for f in files],
                descriptors=[(f[2], f[3]) for f in files])
