"""Profile `cluster`: three brokers, of which one may die unnoticed and two may not."""
import json

from engine import Failed, wait

PROJECT = "bankslip-cluster"
ROWS = 5_000


class Cluster:
    def __init__(self, test):
        self.test, self.engine, self.step = test, test.engine, test.step

    def demo(self, *arguments):
        return self.test.demo("--cluster", *arguments)

    def brokers(self):
        return [self.engine.containers(name, PROJECT)[0] for name in ("kafka", "kafka-2", "kafka-3")]

    def in_sync(self):
        """[(replicas, in sync)] of the partitions of the topic of debts."""
        found = self.engine.podman("exec", self.brokers()[0], "kcat", "-L", "-J", "-b", "kafka:9092",
                                   "-t", "bankslip_process", check=False)
        topics = json.loads(found)["topics"] if found else []
        return [(len(p["replicas"]), len(p["isrs"])) for t in topics for p in t["partitions"]]

    def upload(self):
        """Status and body of a file of new rows."""
        app = self.engine.containers("app", PROJECT)[0]
        self.engine.podman("exec", app, "sh", "-c", f"bankslip generate --rows {ROWS} "
                           "--seed $(date +%s%N) --out /tmp/rows.csv")
        answer = self.engine.podman("exec", app, "curl", "-sS", "--max-time", "150", "-w", "\n%{http_code}",
                                    "-F", "file=@/tmp/rows.csv", "http://127.0.0.1:8000/bankslip/batch")
        body, _, status = answer.rpartition("\n")
        return int(status), json.loads(body)

    def settled(self, upload_id):
        def done():
            record = self.test.outside.ask("APP", f"/uploads/{upload_id}")
            return record if record["state"] == "done" else None
        record = wait(120, f"upload {upload_id} is done", done)
        if record["emailed"] != ROWS:
            raise Failed(f"of {ROWS} rows {record['emailed']} were e-mailed")

    def run(self):
        self.engine.environment.update(
            EMAIL_URL="", LEAVE_OUT="kafka-ui grafana adminer prometheus mocks")
        try:
            with self.step("scripts/demo --cluster: three brokers") as show:
                self.demo("--rows", "1000")
                wait(60, "three replicas in sync of each partition", lambda: self.in_sync() == [(3, 3)] * 6)
                show("6 partitions, 3 replicas in sync each")
            first, second, third = self.brokers()
            with self.step("one of three brokers killed") as show:
                self.engine.podman("kill", second)
                status, answer = self.upload()
                if status != 201:
                    raise Failed(f"an upload with two brokers left: {status}")
                self.settled(answer["upload_id"])
                show(f"201, {ROWS} rows settled")
            with self.step("two of three killed") as show:
                self.engine.podman("kill", third)
                status, answer = self.upload()
                if status != 503:
                    raise Failed(f"an upload with one broker left: {status}, not 503")
                show(f"503: {answer['detail']}")
            with self.step("both back") as show:
                self.engine.podman("start", second, third)
                wait(120, "three replicas in sync of each partition", lambda: self.in_sync() == [(3, 3)] * 6)
                def taken():
                    status, answer = self.upload()
                    return answer["upload_id"] if status == 201 else None
                self.settled(wait(120, "an upload is taken again", taken))
                show(f"201, {ROWS} rows settled")
        finally:
            if not self.test.arguments.keep:
                self.demo("--down", "--volumes")
