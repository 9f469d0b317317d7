#!/usr/bin/env python3
"""What the files of the Debian package do without a system: systemd and a shell read the same
settings from its settings file, examples included."""
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


def main():
    faults = [*settings()]
    print("\n".join(faults) or "the package's files do what they say")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
