"""The fence around every test: nothing of this machine's user, no network, no loose ends.

Each test gets a home, a data folder and a runtime folder of its own; it cannot reach the user's session bus
or keyring; it cannot connect anywhere but to the loopback address. Afterwards no thread of ours may be left,
and no log record at WARNING or above that the test did not announce (``@pytest.mark.allow_logs("pattern")``).
Qt's own complaints fail a test through pytest-qt (``@pytest.mark.qt_log_ignore("words", extend=True)``).
"""

import ipaddress
import logging
import os
import re
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Before anything imports Qt. A test that wants a real display starts Xvfb and a process of its own on it.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

# Slow draws say how busy the machine is, not how good the rule is.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

THREADS_OF_OURS = "exitzero-"
THREAD_GRACE_SECONDS = 5.0

_escapes: list[str] = []


class EscapeError(RuntimeError):
    """A test tried to leave the machine.

    Not an ``OSError``, so that code which rightly forgives a broken network does not forgive this.
    """


def _is_inside(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host).split("%", 1)[0]).is_loopback
    except ValueError:
        return False


def _is_numeric(host: object) -> bool:
    try:
        ipaddress.ip_address(str(host).split("%", 1)[0])
    except ValueError:
        return False
    return True


def _guard_sockets(event: str, args: tuple[object, ...]) -> None:
    """Refuse look-ups and connections beyond loopback; ``.invalid`` names are unknown as ever."""
    match event:
        case "socket.getaddrinfo" | "socket.gethostbyname":
            host = args[0]
            if _is_inside(host) or _is_numeric(host):
                return
            if str(host).rstrip(".").endswith(".invalid"):
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        case "socket.connect" | "socket.sendto" | "socket.sendmsg":
            address = args[1]
            if not isinstance(address, tuple) or _is_inside(address[0]):
                return  # A path of a Unix socket, or loopback.
            host = address[0]
        case _:
            return
    _escapes.append(f"{event} {host!r}")
    raise EscapeError(f"a test may only talk to the loopback address, not to {host!r}")


# An audit hook also sees what C code and other threads do, and no later monkeypatch takes it away.
sys.addaudithook(_guard_sockets)


@pytest.fixture(autouse=True)
def _nobodys_network() -> Iterator[None]:
    """Fail the test that tried to leave, even where the code under test swallowed the refusal."""
    _escapes.clear()
    yield
    escapes, _escapes[:] = list(_escapes), []
    assert not escapes, f"tried to leave the machine: {', '.join(escapes)}"


@pytest.fixture(autouse=True)
def private_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of the test's own: every folder the program may look for lies in it, and no session is near."""
    home = tmp_path_factory.mktemp("home")
    folders = {
        "HOME": home,
        "USERPROFILE": home,
        "APPDATA": home / "AppData" / "Roaming",
        "LOCALAPPDATA": home / "AppData" / "Local",
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_DATA_HOME": home / ".local" / "share",
        "XDG_STATE_HOME": home / ".local" / "state",
        "XDG_CACHE_HOME": home / ".cache",
        "EXITZERO_DATA_DIR": home / "exitzero-data",
    }
    for name, folder in folders.items():
        monkeypatch.setenv(name, str(folder))
    # A socket's path must stay under 108 bytes, and pytest's own folders are long.
    runtime = Path(tempfile.mkdtemp(prefix="ez-"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    # A helper that really is installed here must never be asked to lock anything by a test.
    monkeypatch.setenv("EXITZERO_LOCKDOWN_SOCKET", str(runtime / "no-helper.sock"))
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={runtime}/no-system-bus")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for name in (
        "DBUS_SESSION_BUS_ADDRESS",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "EXITZERO_LEETCODE_URL",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    yield home
    shutil.rmtree(runtime, ignore_errors=True)


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = f"{record.levelname} {record.name}: {record.getMessage()}"
        if record.exc_info and record.exc_info[0] is not None:
            text += f" ({record.exc_info[0].__name__}: {record.exc_info[1]})"
        self.lines.append(text)


@pytest.fixture(autouse=True)
def _no_unannounced_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    """A record at WARNING or above that the test did not announce fails it."""
    listener = _Listener()
    root = logging.getLogger()
    root.addHandler(listener)
    yield
    root.removeHandler(listener)
    allowed = [re.compile(p) for mark in request.node.iter_markers("allow_logs") for p in mark.args]
    unexpected = [line for line in listener.lines if not any(p.search(line) for p in allowed)]
    assert not unexpected, "unexpected log records:\n" + "\n".join(unexpected)


@pytest.fixture(autouse=True)
def _no_threads_left() -> Iterator[None]:
    """A thread of ours that outlives its test would speak into the next one."""
    before = set(threading.enumerate())
    yield
    ours = [t for t in threading.enumerate() if t not in before and t.name.startswith(THREADS_OF_OURS)]
    for thread in ours:
        thread.join(THREAD_GRACE_SECONDS)
    left = [thread.name for thread in ours if thread.is_alive()]
    assert not left, f"threads left running: {left}"
