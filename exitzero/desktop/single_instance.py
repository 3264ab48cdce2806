"""One engine on one set of data. Two engines would judge a day twice, so the engine takes this lock first. It
is the operating system's own lock on an open file: it is free again the moment its holder dies, also by kill
-9, and needs no clearing up. (Showing the first window on a second start is another matter, and Qt's.)"""

import errno
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from exitzero.core.errors import OutsideTrouble
from exitzero.desktop.clock import SystemClock

# Windows makes a locked range unreadable; a byte far behind the text leaves the text readable.
_FAR = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who runs the engine: for the sentence "already running since ... as process ...".

    ``pid`` 0, an empty ``host`` and ``started`` None mean that the file does not say.
    """

    pid: int
    host: str
    started: datetime | None


class EngineLock:
    """The right to run the engine on one data folder, held until release or the end of the process.

    A lock of the open file, not of the process: a second EngineLock in the same process is refused as well.
    Children do not inherit it. Not for sharing between threads; take and release it in one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def acquire(self) -> bool:
        """Take the lock if nobody has it; True also when we already do. Never waits longer than a blink.

        Raises OutsideTrouble when the file cannot be made or the disk knows no locks.
        """
        if self._file is not None:
            return True
        # Someone asking holder() has the lock for a moment: one refusal is not yet an answer.
        descriptor = _take(self._path, patience=0.25)
        if descriptor is None:
            return False
        self._file = descriptor
        _sign(descriptor)
        return True

    def release(self) -> None:
        """Give the lock back. The file stays: without it two processes could lock two files of one name."""
        if self._file is None:
            return
        with suppress(OSError):
            os.ftruncate(self._file, 0)
        _give_back(self._file)
        self._file = None

    def holder(self) -> Holder | None:
        """Who holds the lock now (perhaps we); None when it is free."""
        if self._file is None:
            if not self._path.exists():
                return None
            descriptor = _take(self._path, patience=0.0)
            if descriptor is not None:
                _give_back(descriptor)
                return None
        return self._read()

    def _read(self) -> Holder:
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            return Holder(pid=int(told["pid"]), host=str(told["host"]), started=datetime.fromisoformat(told["started"]))
        except (OSError, ValueError, KeyError, TypeError):
            return Holder(pid=0, host="", started=None)


@contextmanager
def brief_lock(path: Path, *, patience: float) -> Iterator[bool]:
    """Keep two processes from the same short piece of work; whether we were alone within that many seconds.

    The work goes on either way: this guards against rare interleaving, not against a holder that hangs.
    Raises OutsideTrouble as EngineLock does.
    """
    descriptor = _take(path, patience=patience)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            _give_back(descriptor)


def _take(path: Path, *, patience: float) -> int | None:
    """The locked file's descriptor, or None when somebody else kept it all that time."""
    clock = SystemClock()
    until = clock.monotonic() + patience
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while not _lock(descriptor):
                if clock.monotonic() >= until:
                    os.close(descriptor)
                    return None
                clock.wait(threading.Event(), 0.02)
        except OSError:
            os.close(descriptor)
            raise
    except OSError as error:
        raise OutsideTrouble(
            f"{path} cannot be locked: {error.strerror or error}.",
            "Keep the data folder on a disk of this machine that you may write to.",
            reason="lock",
        ) from error
    return descriptor


def _give_back(descriptor: int) -> None:
    with suppress(OSError):
        _unlock(descriptor)
    os.close(descriptor)


def _sign(descriptor: int) -> None:
    import socket

    started = SystemClock().now().isoformat()
    text = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "started": started})
    # A full disk: the lock holds all the same, only the name of its holder is missing.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, text.encode())


if sys.platform == "win32":  # Written from the documentation; not tried on a Windows machine.
    import msvcrt

    def _lock(descriptor: int) -> bool:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}:
                return False
            raise
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in {errno.EACCES, errno.EAGAIN}:
                return False
            raise
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
