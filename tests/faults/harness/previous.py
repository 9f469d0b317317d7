"""The program of an earlier version, for rolling upgrades and back."""
import os
import re
import shutil
import subprocess

from .stack import ROOT


def commit():
    """FAULTS_PREVIOUS, or the newest tag below this commit, or where there is none the commit
    that gave a version its section in CHANGELOG.md; None where git knows neither."""
    named = os.environ.get("FAULTS_PREVIOUS")
    if named:
        return named
    found = subprocess.run(["git", "describe", "--tags", "--abbrev=0", "HEAD^"], cwd=ROOT,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if found.returncode == 0:
        return found.stdout.strip()
    for heading in re.findall(r"^## \[\d[^\n]*$", (ROOT / "CHANGELOG.md").read_text(), re.M):
        found = subprocess.run(["git", "log", "-S", heading, "--format=%H", "HEAD^", "--",
                                "CHANGELOG.md"], cwd=ROOT, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
        if found.stdout:
            return found.stdout.split()[-1]
    return None


def program(home):
    """A copy of it, built in a worktree of its own; None where there is no earlier version.
    FAULTS_PREVIOUS may also name a program that is built already."""
    copy, version = home / "bankslip_previous", commit()
    if copy.exists() or version is None:
        return copy if copy.exists() else None
    if os.path.isfile(version):
        shutil.copy2(version, copy)
        return copy
    tree = home / "previous"
    subprocess.run(["git", "worktree", "add", "--detach", tree, version], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        # Mostly the same as ours; setup asks the network only where it is not.
        if (ROOT / ".local/web").exists():
            shutil.copytree(ROOT / ".local/web", tree / ".local/web")
        subprocess.run([tree / "scripts/setup", "--web"], check=True)
        subprocess.run([tree / "scripts/build", "release", "bankslip"], check=True,
                       stdout=subprocess.DEVNULL)
        shutil.copy2(tree / "build/release/bankslip", copy)
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)
    return copy
