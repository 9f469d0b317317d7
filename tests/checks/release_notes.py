#!/usr/bin/env python3
"""scripts/release_notes prints the section of the tag's version, and refuses a tag that does not
fit CMakeLists.txt or CHANGELOG.md, or that leaves entries under Unreleased."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHANGES = "# Changelog\n\n## [Unreleased]\n{}\n## [1.2.3] - 2026-01-02\n\n- This.\n\n## [1.2.2] - 2026-01-01\n\n- That.\n"


def notes(changes, tag="v1.2.3"):
    """Exit status and standard output in a tree with this changelog."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "scripts").mkdir()
        for name in ("release_notes", "common.sh"):
            shutil.copy(ROOT / "scripts" / name, folder / "scripts")
        (folder / "CMakeLists.txt").write_text("project(bankslip VERSION 1.2.3 LANGUAGES CXX)\n")
        (folder / "CHANGELOG.md").write_text(changes)
        done = subprocess.run([folder / "scripts/release_notes", tag], stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.DEVNULL, check=False)
        return done.returncode, done.stdout


def main():
    cut = CHANGES.format("")
    assert notes(cut) == (0, "- This.\n"), notes(cut)
    for refused in (CHANGES.format("\n### Added\n\n- New.\n"), cut.replace("[1.2.3]", "[1.2.4]"),
                    cut.replace("- This.", "")):
        assert notes(refused) == (1, ""), refused
    assert notes(cut, "v1.2.2") == (1, ""), "the tag of another version"
    print("notes are those of the tag's version")


if __name__ == "__main__":
    sys.exit(main())
