"""The only file that reads the time. Everything else is handed a clock or an instant, so that tests and the
demo can say what time it is and no rule depends on when it happens to run."""

import os
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

_ZONEINFO = "zoneinfo/"


class SystemClock:
    """What time it is, how long ago something was, and where on earth this machine thinks it stands.

    Safe in every thread. ``root`` is where ``etc`` is looked for; only tests change it.
    """

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root

    def now(self) -> datetime:
        """This instant by the wall clock, aware, in UTC. It may jump: the person can set it."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never runs backwards and counts on while the machine sleeps.

        Comparable within one boot of one machine only.
        """
        return _seconds()

    def zone(self) -> str:
        """The IANA name of this machine's zone ("Europe/Berlin"), read anew each time; "UTC" when unknown."""
        named = _from_variable(os.environ.get("TZ", ""))
        if named is None and sys.platform != "win32":
            named = self._from_etc()
        return named or _from_tzlocal() or "UTC"

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait until the event is set or the seconds are over (not counting sleep); whether it was set."""
        return event.wait(max(0.0, seconds))

    def _from_etc(self) -> str | None:
        """The link is what the C library follows, so it goes before the text file, which may be stale."""
        link = self._root / "etc" / "localtime"
        if link.is_symlink():
            # As written first: following further would turn a name into the one that it is an alias of.
            for target in (os.readlink(link), os.path.realpath(link)):
                if _ZONEINFO in target and (found := _known(target.rpartition(_ZONEINFO)[2])):
                    return found
        try:
            text = (self._root / "etc" / "timezone").read_text(encoding="utf-8")
        except (OSError, UnicodeError):
            return None
        return _known(text.strip())


if sys.platform == "linux":

    def _seconds() -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)
elif sys.platform == "darwin":

    def _seconds() -> float:
        return time.clock_gettime(time.CLOCK_MONOTONIC)  # time.monotonic stands still in sleep there.
else:

    def _seconds() -> float:
        return time.monotonic()


def _from_variable(value: str) -> str | None:
    value = value.removeprefix(":")
    return _known(value.rpartition(_ZONEINFO)[2] if value.startswith("/") else value)


def _from_tzlocal() -> str | None:
    import tzlocal

    try:
        return _known(tzlocal.get_localzone_name() or "")
    except (LookupError, ValueError, OSError):
        return None


def _known(name: str) -> str | None:
    """The name if it is a zone that rules can be computed with."""
    from zoneinfo import ZoneInfo

    name = name.removeprefix("posix/")
    if not name or name in {"localtime", "posixrules", "Factory"}:
        return None
    try:
        return ZoneInfo(name).key
    except (LookupError, ValueError, OSError):  # An unknown name, a path out of the folder, a folder itself.
        return None
