"""Tells at once when somebody writes the hosts file. Without it (other systems, a locked-down kernel) the helper looks
at the file each second; nothing depends on being told.
"""

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctypes import CDLL

_MODIFY, _ATTRIB, _MOVED, _CREATE, _DELETE, _DELETE_SELF, _MOVE_SELF = 0x2, 0x4, 0xC0, 0x100, 0x200, 0x400, 0x800
# Not "closed after writing": our own opening for writing would raise it.
_IN_FOLDER = _MODIFY | _ATTRIB | _MOVED | _CREATE | _DELETE
_ON_FILE = _MODIFY | _ATTRIB | _DELETE_SELF | _MOVE_SELF


class Watch:
    """Becomes readable when the file, or a name in its folder, changes."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._library: CDLL | None = None
        self._descriptor = -1
        if sys.platform == "linux":
            try:
                self._library = _c_library()
                self._descriptor = self._library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
            except (ImportError, OSError, AttributeError, MemoryError):
                self._library = None
        self.renew()

    @property
    def works(self) -> bool:
        """Whether it will ever tell."""
        return self._descriptor >= 0

    def fileno(self) -> int:
        """For a selector; only if it works."""
        return self._descriptor

    def drain(self) -> None:
        """Take what it told; which file it was does not matter, the next look finds out."""
        try:
            while os.read(self._descriptor, 65536):
                pass
        except BlockingIOError:
            pass
        self.renew()

    def renew(self) -> None:
        """Watch what the path leads to now: after a rename over it, that is another file."""
        if self._library is None or self._descriptor < 0:
            return
        real = os.path.realpath(self._path)
        for folder in {os.path.dirname(self._path), os.path.dirname(real)}:
            self._library.inotify_add_watch(self._descriptor, os.fsencode(folder), _IN_FOLDER)
        self._library.inotify_add_watch(self._descriptor, os.fsencode(real), _ON_FILE)

    def close(self) -> None:
        """Stop watching."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _c_library() -> "CDLL":
    """Loaded only here: it may be refused where no memory may be both written and run."""
    import ctypes

    return ctypes.CDLL(None, use_errno=True)
