"""podman with settings, storage and networks of the test's own, all below .local/containers, and
the compose file as a project of its own on free ports."""
import json
import os
import pathlib
import resource
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOME = ROOT / ".local" / "containers"
PROJECT = "bankslip-test"
# Those that have no source outside a registry.
LEFT_OUT = ("kafka-ui", "grafana")
PORTS = ("APP", "ADMINER", "MAILPIT", "PROMETHEUS", "EDGE", "BOLETO_MOCK", "EMAIL_MOCK")

CONTAINERS_CONF = """[containers]
default_ulimits = ["nofile={files}:{files}", "nproc={files}:{files}"]
[engine]
# crun refuses control groups that are laid out as those of version 1.
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
tmp_dir = "{home}/libpod"
[network]
network_backend = "netavark"
network_config_dir = "{home}/networks"
"""

STORAGE_CONF = """[storage]
driver = "overlay"
runroot = "{home}/run"
graphroot = "{home}/graph"
"""


class Failed(Exception):
    """The test has found something; the text says what."""


def wait(seconds, what, holds, pause=0.5):
    """Asks until `holds` answers something true, and answers that."""
    deadline = time.monotonic() + seconds
    while True:
        answer = holds()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise Failed(f"not within {seconds} s: {what}")
        time.sleep(pause)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def write_settings():
    HOME.joinpath("tmp").mkdir(parents=True, exist_ok=True)
    HOME.joinpath("networks").mkdir(exist_ok=True)
    # More than this process may have itself cannot be given.
    files = min(16384, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    (HOME / "containers.conf").write_text(CONTAINERS_CONF.format(files=files, home=HOME))
    (HOME / "storage.conf").write_text(STORAGE_CONF.format(home=HOME))


class Engine:
    def __init__(self, jobs):
        write_settings()
        self.jobs = jobs
        self.ports = dict(zip(PORTS, free_ports(len(PORTS))))
        self.environment = {
            "PATH": f"{ROOT}/.local/venv/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": os.environ.get("HOME", "/root"), "LANG": "C.UTF-8",
            "CONTAINERS_CONF": f"{HOME}/containers.conf",
            "CONTAINERS_STORAGE_CONF": f"{HOME}/storage.conf",
            "TMPDIR": f"{HOME}/tmp", "BUILDAH_FORMAT": "docker",
            "CONTAINER_ENGINE": "podman", "COMPOSE_PROJECT_NAME": PROJECT,
            "LEAVE_OUT": " ".join(LEFT_OUT), "BUILD_JOBS": str(jobs),
            **{f"{name}_PORT": str(port) for name, port in self.ports.items()},
        }
        self.log = open(HOME / "test.log", "a", encoding="utf-8")

    def run(self, *command, check=True, to_log=False, **options):
        """Standard output of a command; what it says otherwise goes to the log."""
        self.log.write(f"$ {' '.join(map(str, command))}\n")
        self.log.flush()
        done = subprocess.run(command, env=self.environment, cwd=ROOT, text=True, stderr=self.log,
                              stdin=options.pop("stdin", subprocess.DEVNULL),
                              stdout=self.log if to_log else subprocess.PIPE, **options)
        if check and done.returncode != 0:
            raise Failed(f"{' '.join(map(str, command))}: exit status {done.returncode}, see {self.log.name}")
        return done.stdout or ""

    def podman(self, *arguments, **options):
        return self.run("podman", *arguments, **options)

    def compose(self, *arguments, **options):
        return self.run("podman-compose", *arguments, **options)

    def start(self, *services, **changes):
        """Starts services of the compose file, anew where `changes` of the environment ask for it."""
        self.environment.update(changes)
        self.compose("up", "-d", "--no-build", "--no-deps", *services)

    def inspect(self, name):
        return json.loads(self.podman("inspect", name))[0]

    def containers(self, service, project=PROJECT):
        """Names of the containers of a service, the running ones."""
        return sorted(self.podman("ps", "--format", "{{.Names}}",
                                  "--filter", f"label=com.docker.compose.project={project}",
                                  "--filter", f"label=com.docker.compose.service={service}").split())

    def exec(self, service, *command, **options):
        return self.podman("exec", self.containers(service)[0], *command, **options)

    def wait_healthy(self, service, count=1):
        """Until so many of its containers run, and each has found itself healthy."""
        for name in wait(120, f"{count} containers of {service}",
                         lambda: len(n := self.containers(service)) == count and n):
            wait(180, f"{name} is healthy", lambda: subprocess.run(
                ["podman", "healthcheck", "run", name], env=self.environment,
                capture_output=True).returncode == 0)
