#!/usr/bin/env python3
"""What docker-compose.yml promises: the services that users know, ports of this machine only,
pinned images, health before dependents, limits, settings that .env.example and the program know."""
import contextlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
FILE = yaml.safe_load(TEXT)
SERVICES = FILE["services"]
KNOWN = {"db", "kafka", "kafka-2", "kafka-3", "migrate", "app", "consumer", "mailpit", "mocks", "adminer",
         "kafka-ui", "prometheus", "grafana", "certificate", "nginx"}
# By address and container port, where users look for them.
PORTS = {"app": "8000", "adminer": "8080", "kafka-ui": "8081", "mailpit": "8025", "prometheus": "9090",
         "grafana": "3000", "nginx": "8443"}
# Those with a limit of CPU: who only looks on, and nginx, for which a core is plenty.
LOOKERS_ON = {"adminer", "kafka-ui", "prometheus", "grafana", "nginx"}
faults = []


def fault(text):
    faults.append(text)


def variables(text):
    return set(re.findall(r"\$\{([A-Z_]+)", text))


def check_service(name, service):
    if not re.search(r":(local|v?\d[\w.]*)$", service["image"]):
        fault(f"{name}: the image {service['image']} has no version")
    if "memory" not in service.get("deploy", {}).get("resources", {}).get("limits", {}):
        fault(f"{name}: no limit of memory")
    if ("cpus" in service["deploy"]["resources"]["limits"]) != (name in LOOKERS_ON):
        fault(f"{name}: a limit of CPU is for {sorted(LOOKERS_ON)}, and for them alone")
    if service.get("restart") != "no" and not service_health(service):
        fault(f"{name}: does not tell how it is")
    for port in service.get("ports", []):
        if not re.fullmatch(r"127\.0\.0\.1:\$\{[A-Z_]+_PORT:-\d+\}:\d+", port):
            fault(f"{name}: publishes {port}, not a port of 127.0.0.1 that can be chosen")
    if name in PORTS and f":-{PORTS[name]}}}" not in service["ports"][0]:
        fault(f"{name}: is not at port {PORTS[name]}")
    wanted = service.get("depends_on", {})
    for other in wanted:
        condition = wanted[other].get("condition") if isinstance(wanted, dict) else None
        own = service_health(SERVICES[other])
        once = SERVICES[other].get("restart") == "no"
        if own and condition != ("service_completed_successfully" if once else "service_healthy"):
            fault(f"{name}: does not wait for {other} to be healthy")
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if source.startswith("./"):
            if not (ROOT / source).exists():
                fault(f"{name}: mounts {source}, which is not there")
            if not volume.endswith(":ro"):
                fault(f"{name}: mounts {source} to be written to")
        elif source not in FILE["volumes"]:
            fault(f"{name}: the volume {source} has no name below volumes")


def service_health(service):
    """Whether its containers tell how they are: the program's image does by itself."""
    return "healthcheck" in service or service["image"].startswith("bankslip")


def check_hardening(name, service):
    if service["image"].startswith("bankslip"):
        for key, value in {"read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges"]}.items():
            if service.get(key) != value:
                fault(f"{name}: {key} is not {value}")


def made_by_certificate(folder):
    """Runs the service `certificate` there; the certificate's file."""
    done = subprocess.run(SERVICES["certificate"]["entrypoint"], cwd=folder, check=False,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        fault(f"certificate: {done.stderr}")
    return (folder / "bankslip.crt").read_bytes()


def check_certificate():
    """It leaves alone what is young or not its own."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if made_by_certificate(folder) != made_by_certificate(folder):
            fault("certificate: a young one is made anew")
        for name, renewed in (("localhost", True), ("bank.example", False)):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                            "ec_paramgen_curve:prime256v1", "-nodes", "-days", "20", "-subj",
                            f"/CN={name}", "-keyout", "bankslip.key", "-out", "bankslip.crt"],
                           cwd=folder, check=True, stderr=subprocess.DEVNULL)
            old = (folder / "bankslip.crt").read_bytes()
            if (made_by_certificate(folder) != old) != renewed:
                fault(f"certificate: one of {name} that ends soon is "
                      + ("kept" if renewed else "made anew"))


STANDINS = {
    # `app` moves once.
    "getent": 'echo x >>asked; [ $(wc -l <asked) -gt 1 ] && echo 10.0.0.2 app || echo 10.0.0.1 app',
    "sleep": "exec /bin/sleep 0.02",
    # The first reload fails; the server runs until the second one, or for 10 s.
    "nginx": """case "$*" in
      *reload*) echo x >>reloads; [ $(wc -l <reloads) -gt 1 ] ;;
      *) for i in $(seq 500); do
           [ $(cat reloads 2>/dev/null | wc -l) -gt 1 ] && exit 0; /bin/sleep 0.02; done; exit 1 ;;
    esac""",
}


def check_edge():
    """A reload that fails is tried again."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, text in STANDINS.items():
            (folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name).chmod(0o755)
        script = (ROOT / "deploy/compose/edge.sh").read_text()
        script = script.replace("/etc/nginx/bankslip.conf", str(ROOT / "deploy/nginx.conf"))
        script = script.replace("/tmp/nginx.conf", str(folder / "nginx.conf"))
        with subprocess.Popen(["bash", "-c", script], cwd=folder, start_new_session=True,
                              env=dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}"),
                              stderr=subprocess.DEVNULL) as edge:
            try:
                if edge.wait(60) != 0:
                    fault("edge.sh: nobody follows `app` after a reload that failed")
            finally:
                # The follower, which ends with its container.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(edge.pid, signal.SIGKILL)


def main():
    check_certificate()
    check_edge()
    if set(SERVICES) != KNOWN:
        fault(f"the services are {sorted(SERVICES)}")
    for name, service in SERVICES.items():
        check_service(name, service)
        check_hardening(name, service)
    example = (ROOT / ".env.example").read_text()
    told = set(re.findall(r"^#([A-Z_]+)=", example, re.M))
    passed_on = {name for s in SERVICES.values() for name, value in s.get("environment", {}).items()
                 if value is None}
    for name in (variables(TEXT) | passed_on) ^ told:
        fault(f"{name} stands in only one of docker-compose.yml and .env.example")
    for name, default in re.findall(r"^#([A-Z_]+)=(.*)$", example, re.M):
        if name not in passed_on and not re.search(r"\$\{%s:?-%s\}" % (name, re.escape(default)), TEXT):
            fault(f"{name}={default} of .env.example is not its default")
    cluster = (ROOT / "deploy/compose/cluster.env").read_text()
    for name in set(re.findall(r"^([A-Z_]+)=", cluster, re.M)) - variables(TEXT):
        if not name.startswith("COMPOSE_"):
            fault(f"deploy/compose/cluster.env sets {name}, which nothing asks for")
    volumes = {v.split(":")[0] for s in SERVICES.values() for v in s.get("volumes", [])}
    for name in set(FILE["volumes"]) - volumes:
        fault(f"nobody mounts the volume {name}")
    print("\n".join(faults) or "docker-compose.yml keeps its promises")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
