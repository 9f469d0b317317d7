"""The program of an earlier version, for rolling upgrades and back."""
import os
import shutil
import subprocess

from .stack import ROOT


def commit():
    """FAULTS_PREVIOUS, or the newest tag below this commit; None where there is none."""
    named = os.environ.get("FAULTS_PREVIOUS")
    if named:
        return named
    found = subprocess.run(["git", "describe", "--tags", "--abbrev=0", "HEAD^"], cwd=ROOT,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return found.stdout.strip() if found.returncode == 0 else None


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
        subprocess.run([tree / "scripts/build", "release", "bankslip"], check=True,
                       stdout=subprocess.DEVNULL)
        shutil.copy2(tree / "build/release/bankslip", copy)
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)
    return copy
