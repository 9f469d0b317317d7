#!/usr/bin/env python3
"""What scripts/backup and scripts/restore do without a server: its programs are stood in for.

A copy is named after its end, since no moment before that can be made of it; the command that
archives WAL takes the same file twice and no other of the same name.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

PSQL = """#!/bin/bash
echo "${@: -1}" >>"$SAID"
case "${@: -1}" in
  *archive_mode) echo on ;;
  *clock_timestamp*) cat "$CLOCK" ;;
esac
"""
BASEBACKUP = """#!/bin/bash
while [[ $1 != -D ]]; do shift; done
mkdir -p "$2"
echo 20261129T120007Z >"$CLOCK"
"""


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        env = dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}", SAID=str(folder / "said"),
                   CLOCK=str(folder / "clock"))
        for name, text in (("psql", PSQL), ("pg_basebackup", BASEBACKUP)):
            (folder / name).write_text(text)
            (folder / name).chmod(0o755)
        (folder / "clock").write_text("20261129T120000Z\n")
        backup = folder / "back up"

        def run(script, *words):
            return subprocess.run([ROOT / "scripts" / script, *words], env=env, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)

        taken = run("backup", "take", backup)
        assert taken.returncode == 0, taken.stdout
        assert taken.stdout.split("/")[-1].strip() == "base-20261129T120007Z", taken.stdout

        def restored(*moment):
            target = folder / f"data{len(list(folder.iterdir()))}"
            return run("restore", "data", backup, target, *moment).returncode == 0

        assert not restored("2026-11-29 12:00:03+00"), "a moment while the copy was made"
        assert not restored("2026-11-29 12:00:07+00"), "a moment of the second of its end"
        assert restored("2026-11-29 12:00:08+00") and restored()

        assert run("backup", "archive", backup).returncode == 0
        set_to = [line for line in (folder / "said").read_text().splitlines()
                  if "archive_command" in line]
        command = set_to[0].split("archive_command = ", 1)[1].strip("'")
        wal = folder / "000000010000000000000001"

        def archived(text):
            wal.write_text(text)
            return subprocess.run(["sh", "-c", command.replace("%p", str(wal)).replace(
                "%f", wal.name)], stderr=subprocess.DEVNULL, check=False).returncode == 0

        assert archived("one"), command
        assert archived("one"), "the same file again must be well"
        assert not archived("other"), "another file of the same name must be refused"
        assert (backup / "wal" / wal.name).read_text() == "one"
        assert [f.name for f in (backup / "wal").iterdir()] == [wal.name]
    print("copies and WAL are kept as they should")


if __name__ == "__main__":
    sys.exit(main())
