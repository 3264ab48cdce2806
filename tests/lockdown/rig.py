"""A real helper from root's own copy of the code, in a mount namespace of its own with a private ``/etc``.

The machine's hosts file is never touched: the helper's process sees the private one in its place. Two users without
an account stand for the installed user and a stranger.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from exitzero.lockdown import install
from exitzero.lockdown.client import Client, Standing
from exitzero.lockdown.places import Places

OWNER, STRANGER = 61_001, 61_002
HOSTS = b"127.0.0.1 localhost\n::1 localhost\n10.0.0.5 nas # no newline at the end"
PATIENCE_SECONDS = 20.0
_PYTHON = "/usr/bin/python3"
_NEEDED = ("unshare", "nsenter", "mount", "setpriv", "getent")


@cache
def why_not() -> str | None:
    """Why the real helper cannot be tried here."""
    if sys.platform != "linux":
        return "mount namespaces are Linux's"
    if os.geteuid() != 0:
        return "needs root for a private mount namespace and for two users"
    missing = [program for program in _NEEDED if shutil.which(program) is None]
    if missing:
        return f"missing programs: {', '.join(missing)}"
    if not os.path.exists(_PYTHON):
        return f"{_PYTHON} is not there"
    done = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    return None if done.returncode == 0 else "the system refuses a mount namespace"


class Rig:
    """One helper with its private hosts file; ``client`` speaks as root, ``as_user`` as somebody else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.places = Places(folder)
        self.hosts = folder / "etc" / "hosts"
        self.client = Client(self.places.socket)
        self.emergency_seconds = 900.0
        self._process: subprocess.Popen[bytes] | None = None
        self.hosts.parent.mkdir(parents=True, mode=0o755)
        for name in ("nsswitch.conf", "host.conf", "passwd", "group", "ld.so.cache"):
            if Path("/etc", name).exists():
                shutil.copy(Path("/etc", name), self.hosts.parent / name)
        # A name that is not in the hosts file is asked nowhere.
        (self.hosts.parent / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        self.hosts.write_bytes(HOSTS)
        for made in ("run", "var", "var/lib"):  # As on any system; the helper's own umask would close them.
            (folder / made).mkdir(mode=0o755)
        install.install(OWNER, places=self.places, run=lambda _: 0)

    @property
    def pid(self) -> int:
        """The helper's."""
        assert self._process is not None
        return self._process.pid

    @property
    def arguments(self) -> list[str]:
        """What the unit says, for the private places."""
        places = self.places
        return [
            *("--hosts", "/etc/hosts", "--state", str(places.state), "--socket", str(places.socket)),
            *("--config", str(places.config), "--protected", str(places.protected)),
            *("--browsers", str(places.root)),
            *("--emergency-seconds", str(self.emergency_seconds)),
        ]

    def inside(self, command: Sequence[str]) -> list[str]:
        """The command for a namespace of its own with the private ``/etc``; the process stays the one started."""
        bind = f'mount --bind "{self.hosts.parent}" /etc && exec "$@"'
        return ["unshare", "-m", "--propagation", "private", "sh", "-c", bind, "sh", *command]

    def start(self, *, wait: bool = True) -> None:
        """Start the helper and wait until it answers."""
        command = [_PYTHON, "-I", str(self.places.launcher), "serve", *self.arguments]
        with open(self.folder / "helper.err", "ab") as errors:
            self._process = subprocess.Popen(self.inside(command), stdout=errors, stderr=errors)
        if wait:
            until(self._answers)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "helper.err").read_text()
        try:
            self.client.status()
        except Exception:  # noqa: BLE001 - not yet
            return False
        return True

    def kill(self) -> None:
        """End the helper as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def once(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run ``sweep`` or ``strip`` to its end."""
        whole = [_PYTHON, "-I", str(self.places.launcher), command, *self.arguments]
        return subprocess.run(self.inside(whole), capture_output=True, text=True, timeout=60, check=False)

    def getent(self, name: str) -> set[str]:
        """Where the system's resolver leads for a name, in the helper's namespace."""
        done = subprocess.run(
            ["nsenter", "-m", "-t", str(self.pid), "getent", "ahosts", name],
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        return {line.split()[0] for line in done.stdout.splitlines()}

    def as_user(self, uid: int, code: str) -> subprocess.CompletedProcess[str]:
        """Run Python as another user, with ``client`` and the rest of root's copy at hand."""
        head = (
            f"import sys; sys.path.insert(0, {str(self.places.code)!r}); from pathlib import Path\n"
            "from exitzero.lockdown.client import *; from exitzero.lockdown.reasons import *\n"
            f"client = Client(Path({str(self.places.socket)!r}))\n"
        )
        command = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", _PYTHON, "-I", "-c", head + code]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd="/")

    def is_blocked(self) -> bool:
        """Whether the private file holds lines of ours."""
        return b"# exitzero" in self.hosts.read_bytes()

    def is_locked(self) -> bool:
        """Whether the helper says so."""
        return self.client.status().standing is Standing.LOCKED


@contextmanager
def rig() -> Iterator[Rig]:
    """A rig that is gone afterwards. Its folder is short, because a socket's path must be."""
    folder = Path(tempfile.mkdtemp(prefix="ezl-"))
    folder.chmod(0o755)
    made = Rig(folder)
    try:
        yield made
    finally:
        made.kill()
        shutil.rmtree(folder)


def until(state: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> float:
    """Wait for a state; gives how long it took."""
    began = time.monotonic()
    pause = threading.Event()
    while not state():
        assert time.monotonic() - began < seconds, "did not come about"
        pause.wait(0.005)
    return time.monotonic() - began
