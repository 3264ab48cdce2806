"""One window on one set of data: a second start hands over what it was called with, and the first shows itself.

This is about windows only; that two engines never run on the same data is the engine's own lock.
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from exitzero.core.errors import OutsideTrouble
from exitzero.desktop import paths
from exitzero.desktop.single_instance import brief_lock

_PATIENCE_MS = 1500
_LONGEST = 65_536
_LINE_END = b"\n"
_LONGEST_PATH = 100
"""A Unix socket's path may have about 107 bytes; the system would cut it without a word."""


def server_name(folder: Path) -> str:
    """Where the first window on this data folder listens: a path of a socket, or the name of a pipe on Windows.

    Raises OutsideTrouble when there is no private place for it.
    """
    if sys.platform == "win32":
        return f"exitzero-{paths.digest(folder)}"
    path = paths.runtime_dir(folder) / "window"
    if len(os.fsencode(path)) > _LONGEST_PATH:
        path = Path("/tmp") / f"exitzero-{os.getuid()}-{paths.digest(folder)}" / "window"  # noqa: S108 - made 0700 below
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if path.parent.lstat().st_uid != os.getuid() or path.parent.lstat().st_mode & 0o077:
            raise OutsideTrouble(f"{path.parent} does not belong to this account alone.", "Remove it.", reason="unsafe")
    return str(path)


def is_somebody_there(folder: Path) -> bool:
    """Whether a first window may be listening; cheap, and True also for what a killed one left behind."""
    try:
        name = server_name(folder)
    except OutsideTrouble:
        return False
    return sys.platform == "win32" or os.path.exists(name)


def hand_over(folder: Path, arguments: Sequence[str]) -> bool:
    """Give the first window our arguments and let it show itself; whether it answered. Blocks up to 1.5 s."""
    socket = QLocalSocket()
    socket.connectToServer(server_name(folder))
    if not socket.waitForConnected(_PATIENCE_MS):
        return False
    # The desktop's permission to come to the front was given to us, not to the window that needs it (Wayland).
    token = os.environ.get("XDG_ACTIVATION_TOKEN", "") or os.environ.get("DESKTOP_STARTUP_ID", "")
    socket.write(json.dumps({"arguments": list(arguments), "token": token}).encode() + _LINE_END)
    answered = socket.waitForBytesWritten(_PATIENCE_MS) and socket.waitForReadyRead(_PATIENCE_MS)
    answer = bytes(socket.readAll().data()) if answered else b""
    socket.close()
    return answer.startswith(b"ok")


class OneWindow(QObject):
    """Listens for later starts on the same data."""

    called = Signal(list, str)
    """Another start: its arguments, and the desktop's permission to come to the front (empty if there is none)."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._take_calls)

    @property
    def listening(self) -> bool:
        """Whether later starts can find us."""
        return self._server.isListening()

    def listen(self) -> bool:
        """Begin to listen; False if another window does already or there is no place for it.

        What a killed window left behind is cleared away, after asking whether anybody answers there.
        """
        try:
            name = server_name(self._folder)
            guard = paths.runtime_dir(self._folder) / "window.lock"
            with brief_lock(guard, patience=2.0):
                if self._somebody_answers(name):
                    return False
                QLocalServer.removeServer(name)
                return self._server.listen(name)
        except OutsideTrouble:
            return False

    def close(self) -> None:
        """Stop listening; the socket's file goes too."""
        self._server.close()

    @staticmethod
    def _somebody_answers(name: str) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(name)
        found = socket.waitForConnected(200)
        socket.abort()
        return found

    def _take_calls(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            connection.disconnected.connect(connection.deleteLater)
            connection.readyRead.connect(lambda connection=connection: self._read(connection))
            if connection.bytesAvailable():
                self._read(connection)

    def _read(self, connection: QLocalSocket) -> None:
        if not connection.canReadLine():
            if connection.bytesAvailable() > _LONGEST:
                connection.abort()
            return
        line = bytes(connection.readLine(_LONGEST).data())
        try:
            told = json.loads(line)
            arguments = [str(each) for each in told["arguments"]]
            token = str(told.get("token", ""))
        except (ValueError, KeyError, TypeError, AttributeError):
            connection.abort()
            return
        connection.write(b"ok" + _LINE_END)
        connection.flush()
        connection.disconnectFromServer()
        self.called.emit(arguments, token)
