"""The same attacks through deploy/nginx.conf: besides, honest clients are served."""
import http.client
import json
import os
import pathlib
import socket
import ssl
import subprocess
import time

from harness.attacks import ALL, Running
from harness.http_raw import Door
from harness.oracle import judge
from harness.process import Process
from harness.registry import scenario
from harness.stack import ROOT, free_port, until
from harness.upload import BOUNDARY, Upload, envelope

ATTACKER = "127.0.0.66"


class Nginx(Process):
    """Debian's nginx with our configuration, in a folder of its own, before `servers`."""

    def __init__(self, world, *servers):
        self.port, plain = free_port(), free_port()
        folder = pathlib.Path(world.folder) / "nginx"
        folder.mkdir()
        # Its workers run under another account.
        for path in (folder, *folder.parents):
            if path == ROOT:
                break
            os.chmod(path, 0o755)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-keyout", folder / "bankslip.key", "-out",
                        folder / "bankslip.crt"], check=True, stderr=subprocess.DEVNULL)
        text = (ROOT / "deploy/nginx.conf").read_text()
        for ours, private in (
                ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"),
                ("listen 80", f"listen 127.0.0.1:{plain}"),
                ("server 127.0.0.1:8000;",
                 " ".join(f"server 127.0.0.1:{s.port};" for s in servers)),
                ("/etc/nginx", str(folder)), ("/run/nginx.pid", f"{folder}/nginx.pid"),
                ("/var/log/nginx", str(folder))):
            assert ours in text, f"deploy/nginx.conf has no '{ours}' any more"
            text = text.replace(ours, private)
        (folder / "nginx.conf").write_text(text)
        super().__init__(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g",
                          "daemon off;"], dict(os.environ), folder / "nginx.log")


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def any_certificate():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def connect(port):
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=any_certificate())


def get(port, path):
    connection = connect(port)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class HonestUpload:
    """What the oracle wants to know of an upload, sent by TLS."""

    def __init__(self, port, file):
        self.file = file
        _, before, after = envelope(0)
        connection = connect(port)
        connection.request("POST", "/bankslip/batch", before + file.path.read_bytes() + after,
                           {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
        answer = connection.getresponse()
        self.status, body = answer.status, answer.read()
        connection.close()
        assert self.status == 201, f"honest upload: {self.status} {body[:200]!r}"
        self.answer = json.loads(body)
        self.upload_id = self.answer["upload_id"]


def endure(world, attacks):
    server = world.server("all")
    nginx = Nginx(world, server)
    world.processes.append(nginx.start())

    def answers():
        try:
            return get(nginx.port, "/healthz")[0] == 200
        except OSError:
            return False

    until(answers, 20, f"nginx answers: {nginx.log_tail()}")
    gets, uploads, did = 0, 0, {}
    for attack in attacks:
        running = Running(attack, Door(nginx.port, ATTACKER, True), world.rows(15, 6))
        time.sleep(0.5)
        while running.is_alive() or not uploads:
            status, body = get(nginx.port, "/uploads?limit=1")
            assert status == 200, f"honest GET during {attack.__name__}: {status} {body[:200]!r}"
            gets += 1
            world.uploads.append(HonestUpload(nginx.port, world.file(100)))
            uploads += 1
            running.join(0.5)
        if running.error:
            raise running.error
        did[attack.__name__] = sum(running.did.values())
    assert server.running() and nginx.running()
    result = judge(world, server, 100 * uploads)
    return {"rows": result["rows"], "lost": 0, "sent_twice": 0, "emailed": result["emailed"],
            "attacks": len(did), "honest_gets": gets, "honest_uploads": uploads, "did": did}


@scenario("nginx.attacks", together=True)
def every_attack(world):
    """All attacks, one after the other, from another address."""
    return endure(world, ALL)


@scenario("nginx.away", quick=True)
def server_away(world):
    """While the server is down: 503 with Retry-After, and back again."""
    server = world.server("all")
    nginx = Nginx(world, server)
    world.processes.append(nginx.start())
    until(lambda: answers(nginx.port), 5, "nginx answers")
    file = world.file(100)
    server.kill()
    connection = connect(nginx.port)
    connection.request("GET", "/uploads?limit=1")
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 503 and answer.getheader("Retry-After"), answer.status
    server.start()
    world.uploads.append(HonestUpload(nginx.port, file))
    return dict(judge(world, server, 100), kills=1)


@scenario("nginx.two-apis", together=True)
def two_apis(world):
    """Two api processes behind it, the one with the upload is killed: the upload is aborted and
    says so, the other one answers, and the same file sent again is whole."""
    world.mocks("--latency-max", "2ms", boleto=False)
    world.server("worker")
    apis = [world.server("api") for _ in range(2)]
    nginx = Nginx(world, *apis)
    world.processes.append(nginx.start())
    until(lambda: answers(nginx.port), 5, "nginx answers")
    file = world.file(world.rows(20_000, 6_000))
    upload = Upload(nginx.port, file, rate=300_000, tls=any_certificate())
    world.uploads.append(upload)
    until(lambda: upload.sent > 300_000, 30, "the upload is under way")
    taken_by = [api.metric('bankslip_in_flight{link="upload"}') for api in apis]
    assert sorted(taken_by) == [0, 1], taken_by
    victim, other = (apis[i] for i in (taken_by.index(1), taken_by.index(0)))
    victim.kill()
    upload.join(60)
    assert upload.status != 201, "an upload of a dead process was answered 201"
    refused = 0
    while True:
        again = Upload(nginx.port, file, tls=any_certificate())
        world.uploads.append(again)
        again.join(120)
        if again.status == 201:
            break
        assert again.status == 503, f"the file sent again: {again.status} {again.answer}"
        refused += 1
        assert refused < 10, "nginx does not find the other process"
    result = judge(world, other, file.accepted)
    aborted = [u for u in other.get("/uploads?limit=100") if u["state"] == "aborted"]
    assert [u["failure_code"] for u in aborted] == ["process_lost"], aborted
    return dict(result, kills=1, upload_status=upload.status, refused_meanwhile=refused,
                rows_of_aborted=aborted[0]["accepted"])
