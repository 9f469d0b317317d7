"""The figures beside the main one; each makes a stand of its own."""
import http.client
import json
import statistics
import subprocess
import time

from api import api
from growth import growth
from passes import copy_baseline, one_pass, send, wait_settled
from stand import WORK, BenchError, Stand, cpu_of, free_port
from verify import file_content, verify

LATENCY = "20ms"
WORKER_PROCESSES = 3


# The speed of a machine changes within minutes: a figure that is a ratio is measured
# beside its baseline, in turns, so many times.
TURNS = 3


def in_turns(bench, one_turn):
    """Medians of what `one_turn` answers: (figures, problems)."""
    figures, wrong = [], []
    for _ in range(min(bench.runs_wanted, TURNS)):
        values, problems = one_turn(bench)
        figures.append(values)
        wrong += problems
    return {name: statistics.median(values[name] for values in figures)
            for name in figures[0]}, wrong


def mixed(bench):
    """A file in which a fifth of the rows repeat earlier ones, against \\copy of one
    without."""
    path, plain = bench.file(bench.rows, duplicates=20), bench.file(bench.rows)
    with Stand(bench.program) as stand:
        copies_s = [copy_baseline(stand, plain)]
        run = one_pass(stand, stand.start(), path, bench.rows)
        wrong = verify(stand, bench.content(path), bench.rows)
        stand.stop_servers()
        copies_s.append(copy_baseline(stand, plain))
    return {"mixed_settled_s": run["settled_s"],
            "mixed_ratio_settled": run["settled_s"] / statistics.mean(copies_s)}, wrong


def one_process(bench):
    """One process for all on a fresh stand: (what the pass cost, problems)."""
    path = bench.file(bench.rows)
    with Stand(bench.program) as stand:
        run = one_pass(stand, stand.start(), path, bench.rows)
        return run, verify(stand, bench.content(path), bench.rows)


def split(bench):
    """One api process and several worker processes, with as many database workers
    together as one process has, against one process for all: time, and CPU of the
    processes of the program a row."""
    path = bench.file(bench.rows)
    alone, wrong = one_process(bench)
    with Stand(bench.program) as stand:
        api = stand.start("api")
        for _ in range(WORKER_PROCESSES):
            stand.start("worker", WORKERS="1")
        run = one_pass(stand, api, path, bench.rows)
        wrong += verify(stand, bench.content(path), bench.rows)
    return {"split_settled_s": run["settled_s"],
            "split_ratio": run["settled_s"] / alone["settled_s"],
            "cpu_per_row_us": 1e6 * alone["cpu_s"]["server"] / bench.rows,
            "cpu_per_row_split": run["cpu_s"]["server"] / alone["cpu_s"]["server"]}, wrong


def ledger_summary(port):
    """What one of the mock services has done, by its ledger."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    link.request("GET", "/ledger/summary")
    answer = json.loads(link.getresponse().read())
    link.close()
    return answer


def wait_mocks(process, ports):
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        try:
            return [ledger_summary(port) for port in ports]
        except OSError:
            time.sleep(0.05)
    raise BenchError("the mock services did not start")


def http_services(bench):
    """Slip and e-mail by HTTP from services that take 20 ms a call."""
    rows = min(bench.rows, bench.http_rows)
    path = bench.file(rows)
    ports = boleto, email = free_port(), free_port()
    mock = subprocess.Popen([bench.program, "mock-services", "--boleto-port", str(boleto),
                             "--email-port", str(email), "--latency-min", LATENCY, "--latency-max",
                             LATENCY, "--ledger", str(WORK / "mock-ledger")], cwd=WORK,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_mocks(mock, ports)
        with Stand(bench.program, BOLETO_URL=f"http://127.0.0.1:{boleto}",
                   EMAIL_URL=f"http://127.0.0.1:{email}") as stand:
            run = one_pass(stand, stand.start(), path, rows)
            wrong = verify(stand, file_content(path), rows)
        for port in ports:
            done = ledger_summary(port)
            if done["effective"] != rows or done["duplicates"] != 0:
                wrong.append(f"service on port {port}: {json.dumps(done)} for {rows} rows")
    finally:
        mock.terminate()
        mock.wait()
        for file in WORK.glob("mock-ledger*"):
            file.unlink()
    return {"http_services_rows": rows, "http_services_rows_per_s": rows / run["settled_s"]}, wrong


def small(bench):
    """Files of 40 rows on an idle system, from the request until all is settled."""
    times = []
    with Stand(bench.program) as stand:
        server = stand.start()
        for number in range(21):
            path = bench.file(40, start=number * 40)
            answer, began, _ = send(server, path)
            _, settled = wait_settled(stand, server, answer["upload_id"], time.monotonic() + 30,
                                      poll=0.002)
            times.append((settled - began) * 1000)
            time.sleep(0.3)
    return {"small_file_ms": statistics.median(times[1:]),
            "small_file_max_ms": max(times[1:])}, []


def unitary(bench):
    """POST /bankslip on an idle system, until its GET says that it was e-mailed."""
    times = []
    with Stand(bench.program) as stand:
        server = stand.start()
        link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        for number in range(101):
            body = {"name": "Ana Lima", "government_id": "11111111111", "email": "ana@example.com",
                    "debt_amount": 100, "debt_due_date": "2030-01-31",
                    "debt_id": f"unitary-{number}"}
            began = time.monotonic()
            link.request("POST", "/bankslip", json.dumps(body),
                         {"Content-Type": "application/json"})
            answer = link.getresponse()
            text = answer.read()
            if answer.status != 201:
                raise BenchError(f"POST /bankslip: {answer.status} {text[:200]!r}")
            while True:
                link.request("GET", f"/bankslip/unitary-{number}")
                if json.loads(link.getresponse().read())["propagated"]:
                    break
                if time.monotonic() - began > 30:
                    raise BenchError(f"unitary-{number} was not e-mailed in 30 s")
                time.sleep(0.001)
            times.append((time.monotonic() - began) * 1000)
            time.sleep(0.05)
        link.close()
    times = sorted(times[1:])
    return {"unitary_p50_ms": statistics.median(times), "unitary_p99_ms": times[98]}, []


def idle(bench):
    """CPU of the server without work, in percent of a core."""
    with Stand(bench.program) as stand:
        server = stand.start()
        send(server, bench.file(40))
        time.sleep(5)
        before, began = cpu_of(server.pid), time.monotonic()
        time.sleep(20)
        used = cpu_of(server.pid) - before
        return {"idle_cpu_percent": 100 * used / (time.monotonic() - began)}, []


def usual_file(bench):
    """Seconds of some runs with the file of the main runs: (seconds, problems)."""
    seconds, wrong = [], []
    for _ in range(min(bench.runs_wanted, TURNS)):
        run, problems = one_process(bench)
        seconds.append(run["settled_s"])
        wrong += problems
    return seconds, wrong


def large(bench):
    """A file ten times as long: cost per row against the usual one sent three times before
    and three times after, memory against that of the main runs; also how much dearer a row
    is to \\copy."""
    rows = bench.rows * 10
    path = bench.file(rows)
    usual_s, wrong = usual_file(bench)
    with Stand(bench.program) as stand:
        copy_s = copy_baseline(stand, bench.file(bench.rows))
        large_copy_s = copy_baseline(stand, path)
        server = stand.start()
        run = one_pass(stand, server, path, rows)
        peak = server.peak_rss_mib()
        wrong += verify(stand, file_content(path), rows)
    after_s, problems = usual_file(bench)
    usual_s = statistics.mean(usual_s + after_s)
    path.unlink()
    return {"large_rows": rows, "large_settled_s": run["settled_s"], "large_peak_rss_mb": peak,
            "large_cost_per_row_ratio": run["settled_s"] / 10 / usual_s,
            "large_copy_per_row_ratio": large_copy_s / 10 / copy_s,
            "large_ratio_settled": run["settled_s"] / large_copy_s,
            "large_peak_rss_ratio": peak / bench.peak_rss_mib}, wrong + problems


FIGURES = {"mixed": lambda bench: in_turns(bench, mixed), "http": http_services,
           "split": lambda bench: in_turns(bench, split), "small": small,
           "unitary": unitary, "idle": idle, "large": large,
           "growth": growth,
           "api": lambda bench: in_turns(bench, api)}
