"""Where the helper's parts lie, in one list, because what is written at installation must all be found at removal."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path


def _hosts() -> Path:
    if sys.platform == "win32":
        import ctypes

        # Never from %WINDIR%, which anyone can set for a program that they start.
        buffer = ctypes.create_unicode_buffer(260)
        ctypes.windll.kernel32.GetSystemWindowsDirectoryW(buffer, 260)
        return Path(buffer.value) / "System32" / "drivers" / "etc" / "hosts"
    return Path("/etc/hosts")


@dataclass(frozen=True, slots=True)
class Places:
    """All places, below ``root``; another root than ``/`` is for packages and tests."""

    root: Path = field(default=Path("/"))

    def _at(self, path: str) -> Path:
        return self.root / path

    @property
    def hosts(self) -> Path:
        """The file that is edited."""
        return _hosts() if self.root == Path("/") else self._at("etc/hosts")

    @property
    def code(self) -> Path:
        """Root's copy of this folder, with a launcher."""
        if sys.platform == "win32":
            return Path(os.environ.get("PROGRAMFILES", r"C:\Program Files")) / "ExitZero" / "lockdown"
        if sys.platform == "darwin":
            return self._at("Library/PrivilegedHelperTools/exitzero")
        return self._at("usr/lib/exitzero/lockdown")

    @property
    def launcher(self) -> Path:
        """What the interpreter is given."""
        return self.code / "resources" / "lockdown" / "run.py"

    @property
    def admin(self) -> Path:
        """What polkit is told of: repair and removal without the app."""
        return self.code / "resources" / "lockdown" / "admin.py"

    @property
    def state(self) -> Path:
        """Holds, redo journal, events; root only."""
        return self._at("var/lib/exitzero")

    @property
    def config(self) -> Path:
        """Whom to serve."""
        return self._at("etc/exitzero/helper.json")

    @property
    def protected(self) -> Path:
        """Names that root protects besides; kept by no one but root."""
        return self._at("etc/exitzero/protected.txt")

    @property
    def socket(self) -> Path:
        """Where to call."""
        return self._at("var/run/exitzero/helper.sock" if sys.platform == "darwin" else "run/exitzero/helper.sock")

    @property
    def units(self) -> Path:
        """systemd's units."""
        return self._at("etc/systemd/system")

    @property
    def polkit(self) -> Path:
        """polkit's actions."""
        return self._at("usr/share/polkit-1/actions")

    @property
    def daemons(self) -> Path:
        """launchd's daemons."""
        return self._at("Library/LaunchDaemons")
