"""One window on one set of data: the second start shows the first."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from exitzero.ui.one_window import OneWindow, hand_over, is_somebody_there, server_name

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the socket's file is looked at")

CALLER = """
import sys
from pathlib import Path
from exitzero.ui.one_window import hand_over
sys.exit(0 if hand_over(Path(sys.argv[1]), sys.argv[2:]) else 3)
"""
LISTENER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from exitzero.ui.one_window import OneWindow
app = QCoreApplication([])
door = OneWindow(Path(sys.argv[1]))
assert door.listen()
print("listening", flush=True)
app.exec()
"""


def test_a_second_start_hands_over_its_arguments_and_ends(qtbot: QtBot, tmp_path: Path) -> None:
    door = OneWindow(tmp_path)
    assert door.listen()
    with qtbot.waitSignal(door.called, timeout=20_000) as called:
        caller = subprocess.Popen(
            [sys.executable, "-c", CALLER, str(tmp_path), "exitzero://day/2026-11-19"],
            env={**os.environ, "XDG_ACTIVATION_TOKEN": "token-1"},
        )
    qtbot.waitUntil(lambda: caller.poll() is not None, timeout=20_000)
    assert caller.returncode == 0
    assert called.args == [["exitzero://day/2026-11-19"], "token-1"]
    door.close()
    assert not is_somebody_there(tmp_path)


def test_what_a_killed_window_left_behind_is_no_window(qtbot: QtBot, tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", LISTENER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "listening\n"
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    process.stdout.close()
    assert is_somebody_there(tmp_path), "its socket is still there"
    assert not hand_over(tmp_path, [])
    door = OneWindow(tmp_path)
    assert door.listen(), "and gives way"
    door.close()


def test_a_second_listener_does_not_take_the_first_ones_place(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = OneWindow(tmp_path), OneWindow(tmp_path)
    assert first.listen()
    assert not second.listen()
    with qtbot.waitSignal(first.called, timeout=20_000):
        caller = subprocess.Popen([sys.executable, "-c", CALLER, str(tmp_path)])
    qtbot.waitUntil(lambda: caller.poll() is not None, timeout=20_000)
    first.close()


def test_each_data_folder_has_a_door_of_its_own(tmp_path: Path) -> None:
    one, other = tmp_path / "a", tmp_path / "b"
    assert server_name(one) != server_name(other)


def test_a_runtime_folder_with_a_long_path_still_gives_a_socket(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    door = OneWindow(tmp_path)
    assert door.listen()
    door.close()


def test_rubbish_at_the_door_is_ignored(qtbot: QtBot, tmp_path: Path) -> None:
    door = OneWindow(tmp_path)
    assert door.listen()
    called: list[object] = []
    door.called.connect(lambda *told: called.append(told))
    socket = QLocalSocket()
    socket.connectToServer(server_name(tmp_path))
    assert socket.waitForConnected(2000)
    socket.write(b"{not json}\n")
    qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert called == []
    assert door.listening
    door.close()
