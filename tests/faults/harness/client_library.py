"""Another librdkafka than the system's, for the program under test: the one that the package
confluent-kafka of that version brings from PyPI."""
import ctypes
import pathlib
import subprocess

from .stack import ROOT


def _folder(version):
    return ROOT / ".local" / f"librdkafka-{version}"


def install(version):
    """Once; then asks the network for nothing. The package's library has a name of its own,
    the program looks for that of Debian."""
    folder = _folder(version)
    link = folder / "lib/librdkafka.so.1"
    if not link.exists():
        subprocess.run([ROOT / ".local/venv/bin/pip", "install", "-q", "--no-deps", "--target",
                        folder, "--only-binary", ":all:", f"confluent-kafka=={version}"],
                       check=True)
        brought, = (folder / "confluent_kafka.libs").glob("librdkafka-*.so*")
        link.parent.mkdir()
        link.symlink_to(brought)
    tell = ctypes.CDLL(link).rd_kafka_version_str
    tell.restype = ctypes.c_char_p
    found = tell().decode()
    if found != version:
        raise RuntimeError(f"confluent-kafka {version} brings librdkafka {found}")


def setting(version):
    """The variable by which a process uses it."""
    return {"LD_LIBRARY_PATH": str(_folder(version) / "lib")} if version else {}


def check(version, process):
    """A process of the program runs on it."""
    loaded = pathlib.Path(f"/proc/{process.pid}/maps").read_text(encoding="ascii")
    assert str(_folder(version)) in loaded, f"librdkafka {version} is not loaded"
