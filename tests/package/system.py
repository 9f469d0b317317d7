"""A Debian system of its own in a folder, with systemd as its first process.

It shares the machine's network, so that it reaches the private stack, and nothing else:
mounts, processes, groups and the host's name are its own.
"""
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SUITES = {"12": "bookworm", "13": "trixie"}

# What a container's manager prepares for systemd.
BOOT = r"""
mount --make-rprivate /
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for node in null zero full random urandom tty; do
  touch dev/$node
  mount --bind /dev/$node dev/$node
done
ln -s /proc/self/fd dev/fd
ln -s pts/ptmx dev/ptmx
mkdir -p dev/pts dev/shm .outside
mount -t tmpfs tmpfs dev/shm
pivot_root . .outside
umount -l /.outside
hostname package
exec env -i container=bankslip-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --log-target=console --show-status=no
"""


class Refused(Exception):
    """A command that failed, with what it wrote."""


def run(*command, **more):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, check=False, **more)
    if done.returncode != 0:
        raise Refused(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stdout}")
    return done.stdout


def until(what, seconds, is_so):
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise Refused(f"not within {seconds} s: {what}")
        time.sleep(0.2)


def clean_base(release):
    """A minimal system with systemd and nothing that builds programs; made once."""
    base = ROOT / ".local" / f"{SUITES[release]}_clean"
    if not (base / ".complete").exists():
        shell = f"""
          . scripts/common.sh
          . scripts/chroot.sh
          rm -rf {base}
          debootstrap --variant=minbase {SUITES[release]} {base} ${{DEBIAN_MIRROR:-}}
          in_system {base} 'printf "#!/bin/sh\\nexit 101\\n" >/usr/sbin/policy-rc.d
            chmod 755 /usr/sbin/policy-rc.d
            apt-get -qq update
            DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
              dbus systemd systemd-sysv
            rm /usr/sbin/policy-rc.d'
          touch {base}/.complete"""
        run("bash", "-c", shell, cwd=ROOT)
    return base


class System:
    """A copy of the clean system, booted; gone at its end."""

    def __init__(self, release, folder):
        self.release, self.folder = release, Path(folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        run("cp", "-a", clean_base(release), self.folder)
        shutil.copy("/etc/resolv.conf", self.folder / "etc/resolv.conf")
        self.log = open(self.folder.with_suffix(".log"), "w", encoding="utf-8")
        # pylint: disable-next=consider-using-with
        self.outer = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--cgroup", "--uts", "--ipc", "--fork",
             "--kill-child", "bash", "-ec", BOOT, "-", self.folder],
            stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)

    def __enter__(self):
        try:
            until("systemd answers", 60, self.booted)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # The first process ends with it, and with that all others.
        self.outer.send_signal(signal.SIGKILL)
        self.outer.wait(20)
        self.log.close()
        shutil.rmtree(self.folder)

    def first(self):
        """The outside's number of the first process inside; None before it is there."""
        listed = Path(f"/proc/{self.outer.pid}/task/{self.outer.pid}/children").read_text(
            encoding="utf-8").split()
        return listed[0] if listed else None

    def booted(self):
        try:
            state = self.run("systemctl is-system-running || true", timeout=20).strip()
        except (Refused, OSError, subprocess.TimeoutExpired):
            return False
        return state in ("running", "degraded")

    def run(self, command, **more):
        """Runs a shell command inside; gives what it wrote, raises where it fails."""
        first = self.first()
        if first is None:
            raise Refused("the system has no process yet")
        return run("nsenter", "-t", first, "-m", "-p", "-u", "-i", "-C", "-r", "-w", "env", "-i",
                   "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8",
                   "DEBIAN_FRONTEND=noninteractive", "bash", "-ec", command, **more)

    def status_of(self, command):
        """Exit status and output of a command that may fail."""
        out = self.run(f"set +e; ( {command} ); echo \"status=$?\"")
        text, _, status = out.rpartition("status=")
        return int(status), text

    def write(self, path, text, mode=0o644):
        target = self.folder / path.lstrip("/")
        target.write_text(text, encoding="utf-8")
        os.chmod(target, mode)

    def property(self, unit, name):
        return self.run(f"systemctl show -P {name} {unit}").strip()
