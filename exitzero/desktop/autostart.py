"""Starting with the session, so that a deadline is watched on a day on which nobody thinks of opening the
window. Only files and entries of our own are touched; turning it off leaves nothing behind."""

import os
import plistlib
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from exitzero.core.errors import OutsideTrouble

_LABEL = "org.exitzero.ExitZero"


class Autostart(Protocol):
    """One system's way of starting a program when the person logs in."""

    def enable(self, command: Sequence[str]) -> None:
        """Start this command (program and arguments, no shell) at every log-in. Raises OutsideTrouble."""

    def disable(self) -> None:
        """Take our entry away; nothing happens when there is none. Raises OutsideTrouble."""

    def is_enabled(self) -> bool:
        """Whether the session will start us, as far as its entry says."""


def autostart() -> Autostart:
    """The way of this system."""
    if sys.platform == "win32":
        return RunKey()
    if sys.platform == "darwin":
        return LaunchAgent()
    return XdgAutostart()


def enable(command: Sequence[str]) -> None:
    """Start this command (program and arguments, no shell) at every log-in. Raises OutsideTrouble."""
    autostart().enable(command)


def disable() -> None:
    """Do not start at log-in any more."""
    autostart().disable()


def is_enabled() -> bool:
    """Whether we are started at log-in."""
    return autostart().is_enabled()


class XdgAutostart:
    """Linux and the BSDs: a desktop entry in ``~/.config/autostart``."""

    def __init__(self) -> None:
        named = os.environ.get("XDG_CONFIG_HOME", "")
        home = Path(named) if named.startswith("/") else Path.home() / ".config"
        self.file = home / "autostart" / "exitzero.desktop"

    def enable(self, command: Sequence[str]) -> None:
        """Write the entry; an older one is replaced whole."""
        lines = [
            "[Desktop Entry]",
            "Type=Application",
            "Version=1.4",
            "Name=ExitZero",
            "Comment=Watch over the day's contract",
            f"Exec={' '.join(map(_quoted, command))}",
            "Terminal=false",
            "X-GNOME-Autostart-enabled=true",
        ]
        _write(self.file, ("\n".join(lines) + "\n").encode())

    def disable(self) -> None:
        """Remove the entry."""
        _remove(self.file)

    def is_enabled(self) -> bool:
        """Desktops switch an entry off by a line in it, so its presence alone says nothing."""
        try:
            lines = [line.replace(" ", "") for line in self.file.read_text(encoding="utf-8").splitlines()]
        except (OSError, UnicodeError):
            return False
        off = {"Hidden=true", "X-GNOME-Autostart-enabled=false"}
        return any(line.startswith("Exec=") for line in lines) and off.isdisjoint(lines)


class LaunchAgent:
    """macOS: a property list in ``~/Library/LaunchAgents``. Untried: written from the documentation."""

    def __init__(self) -> None:
        self.file = Path.home() / "Library" / "LaunchAgents" / f"{_LABEL}.plist"

    def enable(self, command: Sequence[str]) -> None:
        """Write the agent; launchd reads it at the next log-in."""
        agent = {
            "Label": _LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
        }
        _write(self.file, plistlib.dumps(agent))

    def disable(self) -> None:
        """Remove the agent."""
        _remove(self.file)

    def is_enabled(self) -> bool:
        """Whether the agent is there and starts at log-in."""
        try:
            return bool(plistlib.loads(self.file.read_bytes()).get("RunAtLoad"))
        except (OSError, ValueError, plistlib.InvalidFileException):
            return False


class RunKey:
    """Windows: a value under the person's own Run key. Untried: written from the documentation."""

    _KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"

    def enable(self, command: Sequence[str]) -> None:
        """Write the value."""
        if sys.platform == "win32":
            import winreg

            try:
                with winreg.CreateKey(winreg.HKEY_CURRENT_USER, self._KEY) as key:
                    winreg.SetValueEx(key, "ExitZero", 0, winreg.REG_SZ, subprocess.list2cmdline(command))
            except OSError as error:
                raise _trouble("the Run key", error) from error

    def disable(self) -> None:
        """Remove the value."""
        if sys.platform == "win32":
            import winreg

            with (
                suppress(FileNotFoundError),
                winreg.OpenKey(winreg.HKEY_CURRENT_USER, self._KEY, 0, winreg.KEY_SET_VALUE) as key,
            ):
                winreg.DeleteValue(key, "ExitZero")

    def is_enabled(self) -> bool:
        """Whether the value is there."""
        if sys.platform == "win32":
            import winreg

            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, self._KEY) as key:
                    return bool(winreg.QueryValueEx(key, "ExitZero")[0])
            except OSError:
                return False
        return False


def _quoted(argument: str) -> str:
    """One argument of an Exec line: quoted for the command, then escaped again as a string of the file."""
    if any(character in argument for character in "\n\r\0"):
        raise OutsideTrouble(
            "The program lies at a path with a line break.", "Move it to an ordinary folder.", reason="path"
        )
    quoted = "".join("\\" + character if character in '"`$\\' else character for character in argument)
    return '"' + quoted.replace("\\", "\\\\").replace("%", "%%") + '"'


def _write(file: Path, content: bytes) -> None:
    fresh = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(content)
        fresh.replace(file)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise _trouble(str(file), error) from error


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise _trouble(str(file), error) from error


def _trouble(place: str, error: OSError) -> OutsideTrouble:
    return OutsideTrouble(
        f"Starting at log-in could not be changed: {place}: {error.strerror or error}.",
        "Check the rights of that place, or add ExitZero to your session's programs by hand.",
        reason="autostart",
    )
