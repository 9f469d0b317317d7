"""What one scenario has for itself: database, topics, group, processes, files."""
import os
import subprocess
import time

from . import client_library, debts_file, kafka_wire
from .process import Mocks, Server, SmtpSink
from .stack import until
from .upload import Upload


def insist(question):
    """Asks again while a coordinator or leader is not to be found: it may be another by now."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return question()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


class World:
    """`quick`: a short run, of few rows. Everything ends with `close`."""

    def __init__(self, stack, program, folder, name, quick, options):
        self.stack, self.program, self.quick, self.options = stack, program, quick, options
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.name = name.replace(".", "_").replace("-", "_")
        self.topic, self.dlq = f"{self.name}.process", f"{self.name}.process.dlq"
        self.group = f"{self.name}.group"
        self.database = f"faults_{self.name}"
        self.processes, self.uploads, self.aborted = [], [], []
        self.mocks_running = None
        self.files = 0
        self.next_id = 1
        self.partitions = 6
        stack.psql(f"create database {self.database}")
        self.env = {k: v for k, v in os.environ.items()
                    if not k.startswith(("KAFKA_", "POSTGRES_", "BANKSLIP_", "SERVER_", "ADMIN_"))}
        self.env.update(
            stack.settings(), BANKSLIP_TOPIC=self.topic, BANKSLIP_DLQ_TOPIC=self.dlq,
            KAFKA_GROUP_ID=self.group, POSTGRES_USER="admin", POSTGRES_PASSWORD="changethis",
            POSTGRES_DB=self.database, EMAIL_DELIVERY="inline", LOG_FORMAT="plain",
            LOG_LEVEL="info", **client_library.setting(options.librdkafka))

    def rows(self, full, quick):
        return quick if self.quick else full

    def server(self, role="all", start=True, program=None, on=None, **env):
        """A server process of this world, `on` a node of its cluster where one is named; `env`
        wins over the world's."""
        server = Server(program or self.program, role, dict(self.env, **env),
                        self.folder / f"{role}-{len(self.processes)}.log")
        if on:
            server.move(self.stack.within(on), self.stack.address(on))
        self.processes.append(server)
        if start:
            server.start()
            if self.options.librdkafka:
                client_library.check(self.options.librdkafka, server)
        return server

    def mocks(self, *options, boleto=True):
        """Services whose ledger the oracle reads; servers started later use them."""
        mocks = Mocks(self.program, self.env, self.folder / "mocks.log", self.folder / "ledger",
                      *options)
        self.processes.append(mocks.start())
        self.mocks_running = mocks
        self.env["EMAIL_URL"] = f"http://127.0.0.1:{mocks.email}"
        if boleto:
            self.env["BOLETO_URL"] = f"http://127.0.0.1:{mocks.boleto}"
        return mocks

    def smtp(self, milliseconds):
        """A mail server that takes so long for each message; servers started later use it."""
        sink = SmtpSink(self.env, self.folder / "smtp.log", self.folder / "smtp.ledger",
                        milliseconds)
        self.processes.append(sink.start())
        self.env["EMAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"
        return sink

    def file(self, rows, **options):
        """A file of debts that no other file of this world has."""
        number = self.files
        self.files += 1
        made = debts_file.make(self.program, self.folder / f"{number}.csv", rows,
                               seed=number + 1, start_id=self.next_id, **options)
        self.next_id += rows
        return made

    def upload(self, server, file, **options):
        upload = Upload(server.port, file, **options)
        self.uploads.append(upload)
        return upload

    def sql(self, text, check=True, timeout=60):
        return self.stack.psql(text, self.database, timeout, check)

    def number(self, text):
        return int(self.sql(text)[0])

    def settled_rows(self):
        """Rows of the database that have reached their end, so far."""
        return self.number("select count(*) from bankslips where propagated or status is not null")

    def wait_settled(self, rows, seconds=120):
        def enough():
            for upload in self.uploads:
                if not upload.is_alive() and upload.status not in (0, 201):
                    raise AssertionError(f"an upload ended: {upload.status} {upload.answer}")
            return self.settled_rows() >= rows
        until(enough, seconds, f"{rows} rows are settled")

    def committed(self):
        return insist(self.committed_now)

    def committed_now(self):
        return kafka_wire.committed(self.stack.brokers, self.group, self.topic, self.partitions)

    def log_start(self):
        return insist(lambda: kafka_wire.edges(self.stack.brokers, self.topic,
                                               kafka_wire.EARLIEST))

    def log_end(self):
        return insist(lambda: kafka_wire.edges(self.stack.brokers, self.topic))

    def lag(self):
        done, start = self.committed(), self.log_start()
        return sum(end - max(done[p], start[p]) for p, end in self.log_end().items())

    def messages(self, topic, form="%k\t%h\n"):
        """Every record of a topic, read by kcat."""
        done = subprocess.run(
            ["kcat", "-b", self.env["KAFKA_BOOTSTRAP_SERVERS"], "-C", "-t", topic, "-o",
             "beginning", "-e", "-q", "-f", form], stdout=subprocess.PIPE, check=True, timeout=600)
        return done.stdout.decode(errors="replace").splitlines()

    def close(self):
        for process in self.processes:
            process.kill()
        try:
            self.stack.psql(f"drop database if exists {self.database} with (force)", check=False)
        except subprocess.TimeoutExpired:
            pass
