"""The images of the compose file: Debian's own base, the program's, and stand-ins for those that
only a registry has."""
import json
import shutil
import subprocess
import sys
import time

import yaml

from engine import HOME, LEFT_OUT, ROOT, Failed

BASE = "docker.io/library/debian:trixie-slim"
# Services whose images have a stand-in, a stage of standins/Dockerfile.
STANDINS = {"db": "postgres", "kafka": "kafka", "mailpit": "mailpit", "adminer": "adminer",
            "prometheus": "prometheus", "nginx": "nginx"}
MOST_MB = 120
# As the official slim images are made: no documentation, no packages kept.
SLIM = {
    "etc/dpkg/dpkg.cfg.d/slim": "".join(
        f"path-exclude /usr/share/{part}/*\n" for part in ("doc", "man", "info", "locale")),
    "etc/apt/apt.conf.d/slim":
        'Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";\n'
        'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };\n'}


def services():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def image_mb(engine, image):
    return int(engine.podman("image", "inspect", "-f", "{{.Size}}", image)) / 1e6


def make_base(engine):
    """Debian 13 by debootstrap, with the certificate authorities of this machine."""
    if subprocess.run(["podman", "image", "exists", BASE], env=engine.environment).returncode == 0:
        return
    folder = HOME / "base"
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in SLIM.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    engine.run("debootstrap", "--variant=minbase", "trixie", str(folder), to_log=True)
    for part in ("doc", "man", "info", "locale"):
        shutil.rmtree(folder / "usr/share" / part, ignore_errors=True)
    for part in folder.glob("var/cache/apt/archives/*.deb"):
        part.unlink()
    shutil.rmtree(folder / "var/lib/apt/lists", ignore_errors=True)
    shutil.copytree("/usr/local/share/ca-certificates",
                    folder / "usr/local/share/ca-certificates", dirs_exist_ok=True)
    engine.run("sh", "-c", f"tar -C {folder} -c . | podman import - {BASE}", to_log=True)
    shutil.rmtree(folder)


def build(engine, *arguments):
    engine.podman("build", "--layers", "--build-arg", f"BUILD_JOBS={engine.jobs}", *arguments, to_log=True)


def make_standins(engine):
    folder = ROOT / "tests/containers/standins"
    known = services()
    for service, stage in STANDINS.items():
        build(engine, "--target", stage, "--build-context", f"kafka-libs={(ROOT / '.local/kafka/libs').resolve()}",
              "-t", known[service]["image"], "-f", str(folder / "Dockerfile"), str(folder))
    return f"{', '.join(STANDINS)}; without: {', '.join(LEFT_OUT)}"


def make_program(engine):
    image = services()["app"]["image"]
    said = {"REVISION": "1" * 40, "CREATED": "2026-11-29T12:00:00Z"}
    engine.environment.update(said)
    engine.compose("build", "migrate", to_log=True)
    beyond = image_mb(engine, image) - image_mb(engine, BASE)
    if beyond > MOST_MB:
        raise Failed(f"the image has {beyond:.0f} MB beyond its base, at most {MOST_MB} are allowed")
    about = json.loads(engine.podman("image", "inspect", image))[0]
    found = about["Config"]
    for field, wanted in {"User": "10001:10001", "StopSignal": "SIGTERM"}.items():
        if found.get(field) != wanted:
            raise Failed(f"the image's {field} is {found.get(field)!r}, not {wanted!r}")
    if not about.get("Healthcheck"):
        raise Failed("the image has no health check")
    for label, wanted in {"TITLE": "bankslip", **said}.items():
        if (value := found["Labels"][f"org.opencontainers.image.{label.lower()}"]) != wanted:
            raise Failed(f"the image's label {label.lower()} is {value!r}, not {wanted!r}")
    return f"{beyond:.0f} MB beyond its base"
