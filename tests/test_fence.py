"""The fence of ``conftest.py`` is what keeps the other tests honest, so it is tried here from inside."""

import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent

LEAVING = """
import contextlib, socket
def test_leaves_and_swallows_it():
    with contextlib.suppress(Exception):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
"""
LOOKING_UP = """
import contextlib, socket
def test_looks_up_and_swallows_it():
    with contextlib.suppress(Exception):
        socket.getaddrinfo("example.org", 443)
"""
WARNS = """
import logging
def test_warns():
    logging.getLogger("exitzero.engine").warning("the ladder broke")
"""
LEAVES_A_THREAD = """
import threading
def test_leaves_a_thread():
    threading.Thread(target=threading.Event().wait, name="exitzero-writer", daemon=True).start()
"""
QT_COMPLAINS = """
from PySide6.QtCore import qWarning
def test_qt_complains():
    qWarning("the painter was not active")
"""
SLOT_FAILS = """
from PySide6.QtCore import QTimer
def test_slot_fails(qtbot):
    QTimer.singleShot(0, lambda: 1 / 0)
    qtbot.wait(50)
"""


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (LEAVING, "tried to leave the machine: socket.connect '192.0.2.1'"),
        (LOOKING_UP, "tried to leave the machine: socket.getaddrinfo 'example.org'"),
        (WARNS, "WARNING exitzero.engine: the ladder broke"),
        (LEAVES_A_THREAD, "threads left running: ['exitzero-writer']"),
        (QT_COMPLAINS, "the painter was not active"),
        (SLOT_FAILS, "ZeroDivisionError"),
    ],
    ids=["connect", "look-up", "log", "thread", "qt-message", "slot"],
)
def test_a_loose_end_fails_the_test_that_left_it(tmp_path: Path, source: str, complaint: str) -> None:
    """What a test would like to hide is found and named."""
    conftest = (HERE / "conftest.py").read_text().replace("GRACE_SECONDS = 5.0", "GRACE_SECONDS = 0.1")
    (tmp_path / "conftest.py").write_text(conftest)
    (tmp_path / "test_planted.py").write_text(source)
    options = ["-q", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider", f"--rootdir={tmp_path}"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-c", str(HERE.parent / "pyproject.toml"), str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 1, run.stdout + run.stderr
    assert complaint in run.stdout


def test_loopback_is_open() -> None:
    """Tests talk to servers of their own over real sockets."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_an_invalid_name_is_unknown() -> None:
    """A test of "no network" may ask for a name under .invalid and gets what the resolver would say."""
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("nowhere.invalid", 443)


def test_home_is_private(private_home: Path) -> None:
    """Nothing a test writes can land with the user."""
    assert Path.home() == private_home
    assert Path(os.environ["EXITZERO_DATA_DIR"]).is_relative_to(private_home)
    assert "DBUS_SESSION_BUS_ADDRESS" not in os.environ


@pytest.mark.allow_logs("the ladder broke")
def test_an_announced_record_passes() -> None:
    """A test of a failure announces what it makes the program say."""
    logging.getLogger("exitzero.engine").warning("the ladder broke")
