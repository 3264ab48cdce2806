"""Telling the person something when they are not looking at the window, by whatever this desktop has, and saying
honestly which way it went. A warning that nobody saw must not count as a warning, so "nothing" is an answer too."""

import logging
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape
from pathlib import Path

from exitzero.core.errors import OutsideTrouble
from exitzero.desktop.notification_bus import NotificationBus

_log = logging.getLogger(__name__)

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")

OPEN = "default"
"""The action of a press on the notice itself; sent along with every notice where the service knows buttons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell: ``kind`` groups notices of a sort, ``replaces`` names the one whose place it takes.

    Plain text, no markup. ``actions`` are (key, label) pairs, shown as buttons where the desktop can.
    """

    kind: str
    title: str
    body: str = ""
    urgent: bool = False
    replaces: str | None = None
    actions: tuple[tuple[str, str], ...] = field(default=())

    @property
    def tag(self) -> str:
        """What a press on it is reported under, and what it can be withdrawn by."""
        return self.replaces or self.kind


class Way(StrEnum):
    """How a notice reached the person, best first."""

    BUS = "bus"
    SYSTEM = "system"
    TRAY = "tray"
    BANNER = "banner"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Shown:
    """By which way, and whether its buttons are there to be pressed."""

    by: Way
    buttons: bool = False


class Notifier:
    """Shows notices. Any thread may call; on a slow desktop a call waits up to some seconds, so better not Qt's.

    The steps: the desktop's service on the session bus (Linux), the system's own way (plyer on Windows and macOS,
    notify-send on Linux), ``fallback`` (the tray's message), ``banner`` (a line in the window). The two callables
    are called in the thread of the caller and tell whether they showed it. No exception escapes.

    Presses come through :meth:`read_ready`, to be called when :meth:`fileno` is readable (a QSocketNotifier) or now
    and then; ``on_action(tag, action)`` is called in that thread, or in the one that shows a notice at that moment.
    Only ``read_ready``, ``fileno`` and ``activation_token`` never wait.
    """

    def __init__(
        self,
        *,
        fallback: Callable[[Notice], bool] | None = None,
        banner: Callable[[Notice], bool] | None = None,
        on_action: Callable[[str, str], None] | None = None,
        app_name: str = "ExitZero",
        icon: Path | None = None,
    ) -> None:
        self._app_name = app_name
        self._fallback = fallback
        self._banner = banner
        self._on_action = on_action
        on_linux = sys.platform not in {"win32", "darwin"}
        self._bus = NotificationBus(app_name=app_name, icon=str(icon or "")) if on_linux else None

    def open(self) -> bool:
        """Connect ahead of the first notice, so that there is a file descriptor to watch; whether that worked."""
        try:
            if self._bus is not None:
                self._bus.open()
        except OutsideTrouble as trouble:
            _log.info("%s", trouble.title)
            return False
        return self._bus is not None

    def fileno(self) -> int | None:
        """What to watch for readability, None when there is nothing. Ask again after each :meth:`show` and
        :meth:`read_ready`: a lost and found bus gives another number."""
        return None if self._bus is None else self._bus.fileno()

    def read_ready(self) -> None:
        """Take in what the desktop has to say and report the presses; never waits.

        A fault in ``on_action`` goes to ``sys.excepthook``, as one in a slot of Qt's does.
        """
        if self._bus is None:
            return
        try:
            pressed = self._bus.heard()
        except OutsideTrouble as trouble:
            _log.info("%s", trouble.title)
            return
        for press in pressed:
            if self._on_action is None:
                continue
            try:
                self._on_action(press.tag, press.action)
            except Exception as error:  # noqa: BLE001 - handed on to where faults of ours are told
                sys.excepthook(type(error), error, error.__traceback__)

    def activation_token(self) -> str | None:
        """The permission of the last press to bring a window to the front (Wayland); each is given out once."""
        return None if self._bus is None else self._bus.take_token()

    def show(self, notice: Notice) -> Shown:
        """Tell the person, by the first way that works; by which one it was."""
        notice = Notice(
            kind=notice.kind,
            title=_printable(notice.title),
            body=_printable(notice.body),
            urgent=notice.urgent,
            replaces=notice.replaces,
            actions=tuple((_printable(key), _printable(label)) for key, label in notice.actions),
        )
        if self._bus is not None and (shown := self._by_bus(self._bus, notice)) is not None:
            return shown
        if self._by_system(notice):
            return Shown(Way.SYSTEM)
        if _by_call(self._fallback, notice):
            return Shown(Way.TRAY)
        if _by_call(self._banner, notice):
            return Shown(Way.BANNER)
        _log.info("nobody could be told: %s", notice.kind)
        return Shown(Way.NOTHING)

    def withdraw(self, tag: str) -> None:
        """Take a notice back that is no longer true (the work is done). Only the bus can; elsewhere nothing happens."""
        if self._bus is None or self._bus.fileno() is None:
            return
        try:
            self._bus.close_notice(tag)
        except OutsideTrouble as trouble:
            _log.info("%s", trouble.title)
        self.read_ready()

    def close(self) -> None:
        """Leave the bus; notices on the screen stay."""
        if self._bus is not None:
            self._bus.close()

    def _by_bus(self, bus: NotificationBus, notice: Notice) -> Shown | None:
        try:
            can = bus.capabilities()
            buttons = "actions" in can
            bus.notify(
                tag=notice.tag,
                replace=notice.replaces is not None,
                title=notice.title,
                body=escape(notice.body, quote=False) if "body-markup" in can else notice.body,
                urgent=notice.urgent,
                actions=((OPEN, "Open"), *notice.actions) if buttons else (),
            )
        except OutsideTrouble as trouble:
            _log.info("%s", trouble.title)
            return None
        finally:
            self.read_ready()  # What was heard on the way: the watcher of the socket will not see it again.
        return Shown(Way.BUS, buttons=buttons)

    def _by_system(self, notice: Notice) -> bool:
        try:
            if sys.platform in {"win32", "darwin"}:
                return self._by_plyer(notice)
            return self._by_notify_send(notice)
        except Exception as error:  # noqa: BLE001 - plyer lets the errors of every system through
            _log.info("the system's notification failed: %s", type(error).__name__)
            return False

    def _by_plyer(self, notice: Notice) -> bool:
        from plyer import notification

        # Windows takes 64 and 256 characters and refuses more.
        notification.notify(title=notice.title[:63], message=notice.body[:255], app_name=self._app_name, timeout=10)
        return True

    def _by_notify_send(self, notice: Notice) -> bool:
        """What plyer would call on Linux; called here because plyer drops urgency, a title that begins with
        a dash and the program's answer, without which "shown" would be a guess."""
        import shutil
        import subprocess

        program = shutil.which("notify-send")
        if program is None:
            return False
        urgency = "critical" if notice.urgent else "normal"
        answer = subprocess.run(
            [
                program,
                f"--app-name={self._app_name}",
                f"--urgency={urgency}",
                "--",
                notice.title,
                escape(notice.body, quote=False),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=5,
            check=False,
        )
        return answer.returncode == 0


def _by_call(way: Callable[[Notice], bool] | None, notice: Notice) -> bool:
    if way is None:
        return False
    try:
        return way(notice)
    except Exception:  # noqa: BLE001 - the next way down must still be tried; the fault is in the log with its place.
        _log.exception("a way of showing notices failed")
        return False


def _printable(text: str) -> str:
    """Without what no desktop can take: the bus cuts off whoever sends a NUL or half a character."""
    return _UNPRINTABLE.sub("", text.encode("utf-8", "replace").decode("utf-8"))
