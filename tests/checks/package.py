#!/usr/bin/env python3
"""What the files of the Debian package do without a system: systemd and a shell read the same
settings from its settings file, examples included; an upgrade restarts one unit after the other,
and goes no further than one that does not come up."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SETTINGS = ROOT / "deploy/systemd/bankslip.env"


def as_systemd_reads(text):
    """NAME and value of each line; quotes around a value go (systemd.exec(5), EnvironmentFile)."""
    return {name: value[1:-1] if value[:1] in ("'", '"') and value[-1:] == value[:1] else value
            for name, value in re.findall(r"^([A-Z_]+)=(.*)$", text, re.M)}


def as_a_shell_reads(text):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "bankslip.env"
        file.write_text(text)
        done = subprocess.run(["/bin/sh", "-c", f"set -ae; . {file}; exec /usr/bin/env -0"], env={},
                              cwd=folder, capture_output=True, text=True, check=False)
    return dict(line.split("=", 1) for line in done.stdout.split("\0") if line), done.stderr


def settings():
    """Faults of the settings file with all its examples in use."""
    text = re.sub(r"^#(?=[A-Z_]+=)", "", SETTINGS.read_text(), flags=re.M)
    found, complaint = as_a_shell_reads(text)
    if complaint:
        yield f"a shell says of {SETTINGS.name}: {complaint}"
        return
    for name, value in as_systemd_reads(text).items():
        if found.get(name) != value:
            yield f"{SETTINGS.name}: {name} is {value!r} to systemd, {found.get(name)!r} to a shell"


# Four units; the third was in trouble before. $BROKEN does not come up with the new program.
STANDINS = {
    "systemd-sysusers": "",
    "systemctl": """case "$*" in
      *list-units*) for u in api worker@1 worker@2 worker@3; do
                      echo "bankslip-$u.service loaded active running B"; done ;;
      "is-active bankslip-worker@2.service") echo activating; exit 3 ;;
      is-active*) echo active ;;
    esac""",
    "deb-systemd-invoke": """echo "$*" >>"$SAID"
      case "$*" in *" $BROKEN") exit 1 ;; *worker@2*) exit 1 ;; esac""",
}


def restarted(broken):
    """What postinst asked of systemd, a call each, and its status."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, text in STANDINS.items():
            (folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name).chmod(0o755)
        script = (ROOT / "deploy/debian/postinst").read_text()
        script = script.replace("/run/systemd/system", str(folder))
        done = subprocess.run(["sh", "-c", script, "postinst", "configure"], check=False,
                              stderr=subprocess.DEVNULL,
                              env=dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}",
                                       SAID=str(folder / "said"), BROKEN=broken))
        return (folder / "said").read_text().splitlines(), done.returncode


def upgrade():
    calls = [f"restart bankslip-{unit}.service" for unit in ("api", "worker@1", "worker@2", "worker@3")]
    for broken, wanted in (("none", calls), ("bankslip-worker@1.service", calls[:2])):
        found = restarted(broken)
        if found != (wanted, 0):
            yield f"postinst, where {broken} does not come up: {found}"


def main():
    faults = [*settings(), *upgrade()]
    print("\n".join(faults) or "the package's files do what they say")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
