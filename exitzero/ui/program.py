"""The windowed program: window, tray, small window, notices and engine, put together and taken apart in good order.

The order of the start is its point. The window is painted from a stored snapshot before anything heavy is imported; a
thread builds the engine meanwhile; tray, notifications and the door for later starts come after the first page stands.

Long, because the order in which things start, and end, is one story and has to be read in one piece.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from exitzero import __version__
from exitzero.core.errors import OutsideTrouble
from exitzero.desktop import paths
from exitzero.ui import format as words
from exitzero.ui import theme
from exitzero.ui.collector import Collector
from exitzero.ui.link import Link
from exitzero.ui.stored import read_stored
from exitzero.ui.theme import Tone
from exitzero.ui.window import APPEARANCE, CLOCK, COAT, FIRST_WEEKDAY, MOTION, PREFERENCES, Window

if TYPE_CHECKING:
    from exitzero.ui.ports import Engine

HUD_PLACE = "hud.place"
HUD_SHOWN = "hud.shown"
TOLD_TRAY = "told.tray"
TOLD_QUIT = "told.close_quits"
_READ_AT_START = (*PREFERENCES, HUD_PLACE, HUD_SHOWN, TOLD_TRAY, TOLD_QUIT)
_CLOSING_MS = 8000
Build = Callable[..., "Engine"]
"""Builds an engine: ``build(folder, mode=..., on_notice=..., on_fault=..., demo=...)``, in a thread of its own."""


class Cockpit(QObject):
    """The running program. Made on the Qt thread before its loop begins; :meth:`start` shows the window."""

    _built = Signal(object)
    _unbuilt = Signal(object)
    _closed = Signal()
    _prepared = Signal()
    _fault = Signal(str, str)
    _noticed = Signal(object)
    _pressed = Signal(str, str)

    def __init__(self, folder: Path, *, build: Build, demo: bool = False) -> None:
        super().__init__()
        self.folder = folder
        self._collector = Collector(self)
        self._demo = demo
        self._build = build
        self._quitting = False
        self._loading: threading.Thread | None = None
        self._restore_hooks: Callable[[], None] | None = None
        self._notifier: Any = None
        self._listening: QSocketNotifier | None = None
        self.tray: Any = None
        self.hud: Any = None
        self.door: Any = None
        self.alarm: Any = None
        self.appeal: Any = None
        self._trouble_page: Any = None
        queued = Qt.ConnectionType.QueuedConnection
        self._built.connect(self._take_engine, queued)
        self._unbuilt.connect(self._tell_unbuilt, queued)
        self._closed.connect(self._leave, queued)
        self._prepared.connect(self._open_log, queued)
        self._fault.connect(self._show_fault, queued)
        self._noticed.connect(self._show_notice, queued)
        self._scolded = ""
        self._pressed.connect(self._act_on_notice, queued)
        # The demo makes its own data; nothing of the person's is read for it.
        self.stored = read_stored(Path(os.devnull) if demo else paths.database_file(folder), _READ_AT_START)
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101 - made by main
        self.app = app
        self._preferences = self.stored.preferences
        self._dress()
        self.link = Link(self)
        self.link.watch.begin(None if demo else self.stored.today)
        self.link.watch.changed.connect(self._take_back)
        self.window = Window(
            self.link, version=__version__, preferences=self._preferences, has_tray=self._tray_available
        )
        if demo:
            self.window.cockpit.hero.set_waiting(self.tr("Making a year of days to try things on…"))
        if not self.stored.exists and not demo:
            self.window.begin_first_run()
        self.window.painted.connect(self._after_first_paint)
        self.window.quit_wanted.connect(self._wish_to_quit)
        self.window.hidden_to_tray.connect(self._tell_of_tray)
        self.window.hud_wanted.connect(self.toggle_hud)

    def start(self) -> None:
        """Show the window; everything else follows its first paint."""
        self.window.show()

    def quit(self) -> None:
        """Close everything in good order, the engine in a thread, and leave the loop."""
        if self._quitting:
            return
        self._quitting = True
        self.window.save_place()
        self.window.quitting = True
        self.window.hide()
        for part in (self.alarm, self.tray, self.hud, self.door):
            if part is not None:
                part.close()
        if self._listening is not None:
            self._listening.setEnabled(False)
        QTimer.singleShot(_CLOSING_MS, self._leave)
        engine = self.link.detach()
        if engine is not None:
            threading.Thread(target=self._close_engine, args=(engine,), name="exitzero-closing").start()
        elif self._loading is None:
            self._leave()

    def _open_lockdown(self) -> None:
        self.window.present()
        self.window.navigate("lockdown")

    def toggle_hud(self) -> None:
        """Show the small window, or put it away."""
        if self.hud is None:
            from exitzero.ui.hud import Hud

            self.hud = Hud(self.link, self._preferences.get(HUD_PLACE))
            self.hud.open_wanted.connect(self.window.present)
            self.hud.closed.connect(lambda: self._remember(HUD_SHOWN, False))
        shown = not self.hud.isVisible()
        self.hud.setVisible(shown)
        self._remember(HUD_SHOWN, shown)

    # The start

    def _after_first_paint(self) -> None:
        # What is there now stays; the collector need not look at it again.
        self._collector.settle()
        self._begin_loading()

    def _begin_loading(self) -> None:
        # Imports, polls and judgements hold the interpreter; a short switch interval keeps the countdown ticking.
        sys.setswitchinterval(0.001)
        self._loading = threading.Thread(target=self._load, name="exitzero-loading")
        self._loading.start()

    def _load(self) -> None:
        if self._restore_hooks is None:
            # Imported here, so that the Qt thread finds them ready.
            import exitzero.desktop.logs
            import exitzero.ui.alarm
            import exitzero.ui.appeal
            import exitzero.ui.one_window
            import exitzero.ui.tray  # noqa: F401

            self._prepared.emit()
        try:
            engine = self._build(
                self.folder, mode="window", on_notice=self._notice, on_fault=self._fault_elsewhere, demo=self._demo
            )
        except Exception as error:  # noqa: BLE001 - told on the Qt thread, in a page or in the one dialog
            self._unbuilt.emit(error)
        else:
            self._built.emit(engine)

    def _open_log(self) -> None:
        from exitzero.desktop import logs

        logs.set_up(paths.logs_dir(self.folder))
        self._restore_hooks = logs.install_excepthook(self._fault.emit)
        self.link.faulted.connect(self._show_error)
        QTimer.singleShot(0, self, self._open_tray)

    def _open_tray(self) -> None:
        from exitzero.ui.tray import Tray

        self.tray = Tray(self.link)
        self.tray.open_wanted.connect(self.window.present)
        self.tray.check_wanted.connect(self.window.cockpit.check_now)
        self.tray.bet_wanted.connect(self._bet)
        self.tray.hud_wanted.connect(self.toggle_hud)
        self.tray.lockdown_wanted.connect(self._open_lockdown)
        self.tray.quit_wanted.connect(self.quit)
        QTimer.singleShot(0, self, self._open_door)

    def _open_door(self) -> None:
        from exitzero.ui.one_window import OneWindow
        from exitzero.ui.widgets.icons import app_icon

        self.app.setWindowIcon(app_icon())
        if not self._demo:
            self.door = OneWindow(self.folder, self)
            self.door.called.connect(self._called)
            self.door.listen()
        self.window.preferences_read.connect(self._read_appearance)
        from exitzero.ui.alarm import Alarm
        from exitzero.ui.appeal import Appeal

        self.alarm = Alarm(self.link, parent=self)
        self.appeal = Appeal(self.link, self.window, self.window)
        if self._preferences.get(HUD_SHOWN) is True:
            self.toggle_hud()

    def _take_engine(self, engine: Engine) -> None:
        self._loading = None
        if self._quitting:
            threading.Thread(target=self._close_engine, args=(engine,), name="exitzero-closing").start()
            return
        self._collector.settle()  # all that the engine imported stays too
        self.link.attach(engine)
        if self._trouble_page is not None:
            self._trouble_page = None
            self.window.navigate("cockpit" if self.stored.exists else "first_run")
        self.window.restore_page()
        status = engine.status
        if status.mode == "second":
            self.window.say(
                Tone.INFO,
                self.tr("Process {0} watches these days already.").format(status.holder),
                self.tr("This window shows what it does, and takes over when it ends."),
            )

    def _tell_unbuilt(self, error: Exception) -> None:
        self._loading = None
        if self._quitting:
            self._leave()
            return
        if not isinstance(error, OutsideTrouble):
            self.link.report(error)
            error = OutsideTrouble(
                self.tr("ExitZero could not start."), self.tr("The details are in the log."), reason="fault"
            )
        from exitzero.ui.pages.start_trouble import StartTroubleScreen

        page = StartTroubleScreen(self.link, error, getattr(error, "choices", ()))
        page.chosen.connect(self._take_way_out)
        page.retry_wanted.connect(self._begin_loading)
        page.quit_wanted.connect(self.quit)
        self._trouble_page = page
        self.window.show_page(page)

    def _take_way_out(self, way: Callable[[], object]) -> None:
        def walk() -> None:
            try:
                way()
            except Exception as error:  # noqa: BLE001 - told on the Qt thread
                self._unbuilt.emit(error)
            else:
                self._load()

        self._loading = threading.Thread(target=walk, name="exitzero-loading")
        self._loading.start()

    # Notices, from whatever thread

    def _notice(self, notice: Any) -> None:
        """Tell the person; called in an engine's thread, where waiting for the desktop is allowed."""
        if self._notifier is None:
            from exitzero.desktop.notifications import Notifier

            self._notifier = Notifier(fallback=self._by_tray, banner=self._by_banner, on_action=self._pressed.emit)
        shown = self._notifier.show(notice)
        self._noticed.emit((notice, shown))

    def _by_tray(self, notice: Any) -> bool:
        if self.tray is None or not self.tray.seen_available:
            return False
        self._noticed.emit((notice, "tray"))
        return True

    def _by_banner(self, notice: Any) -> bool:
        self._noticed.emit((notice, "banner"))
        return True

    def _show_notice(self, told: tuple[Any, Any]) -> None:
        notice, way = told
        if way == "tray" and self.tray is not None:
            self.tray.tell(notice)
        elif way == "banner":
            self.window.say(Tone.WARN if notice.urgent else Tone.INFO, notice.title, notice.body)
            self._scolded = notice.title if notice.kind == "ladder" else ""
        else:
            self._hear_presses()

    def _take_back(self, today: Any) -> None:
        """A warning does not outlive what it was for."""
        if self._scolded and today is not None and not today.missing:
            if self.window.banner.accessibleName() == self._scolded:
                self.window.banner.clear()
            self._scolded = ""

    def _hear_presses(self) -> None:
        number = self._notifier.fileno() if self._notifier is not None else None
        if self._listening is not None and (number is None or self._listening.socket() != number):
            self._listening.setEnabled(False)
            self._listening.deleteLater()
            self._listening = None
        if number is not None and self._listening is None:
            self._listening = QSocketNotifier(number, QSocketNotifier.Type.Read, self)
            self._listening.activated.connect(self._read_presses)

    def _read_presses(self) -> None:
        self._notifier.read_ready()
        self._hear_presses()

    def _act_on_notice(self, tag: str, action: str) -> None:
        from exitzero.engine.mock_notices import JOIN, SNOOZE, uid_of

        mock = uid_of(tag)
        if action == "check":
            self.window.cockpit.check_now()
        elif mock and action == SNOOZE[0]:
            self.link.do(lambda actions: actions.mocks.snooze(mock))
        elif mock and action == JOIN[0]:
            self.link.ask(lambda questions: questions.mocks.page(mock), self._join)
        else:
            if mock:
                self.window.navigate("calendar", mock)
            elif tag in {"lockdown", "outreach"}:
                self.window.navigate(tag)
            token = self._notifier.activation_token() if self._notifier is not None else None
            if token:
                os.environ["XDG_ACTIVATION_TOKEN"] = token
            self.window.present()

    def _join(self, page: Any) -> None:
        from exitzero.desktop.browser import open_url

        if page is not None and not (page.view.link and open_url(page.view.link)):
            self.window.navigate("calendar", page.view.uid)
            self.window.present()

    # Faults

    def _fault_elsewhere(self, error: BaseException) -> None:
        self._fault.emit(f"{type(error).__name__}: {error}", _traceback(error))

    def _show_error(self, error: BaseException) -> None:
        self._show_fault(f"{type(error).__name__}: {error}", _traceback(error))

    def _show_fault(self, title: str, text: str) -> None:
        from exitzero.desktop.logs import redacted
        from exitzero.ui.fault_dialog import show_fault

        show_fault(redacted(title), redacted(text), self.window)

    # Wishes

    def _called(self, _arguments: list[str], token: str) -> None:
        if token:
            os.environ["XDG_ACTIVATION_TOKEN"] = token
        self.window.present()

    def _bet(self, amount: int) -> None:
        self.window.present()
        self.window.navigate("cockpit")
        self.window.cockpit.place_bet(amount)

    def _tray_available(self) -> bool:
        return self.tray is not None and bool(self.tray.available)

    def _tell_of_tray(self) -> None:
        if self._preferences.get(TOLD_TRAY) or self.tray is None:
            return
        from exitzero.desktop.notifications import Notice

        self._remember(TOLD_TRAY, True)
        self.tray.tell(
            Notice(
                kind="tray",
                title=self.tr("ExitZero keeps watching"),
                body=self.tr("The window is in the tray. Quit is in its menu."),
            )
        )

    def _wish_to_quit(self) -> None:
        """Closing without a tray quits; that is said once, before it happens for the first time."""
        if self.window.isVisible() and not self._preferences.get(TOLD_QUIT) and not self._tray_available():
            self._remember(TOLD_QUIT, True)
            self.window.say(
                Tone.INFO,
                self.tr("Quitting ends the watch: no warning comes while ExitZero is closed."),
                self.tr("A day is still judged by its evidence the next time. Minimise to keep watching."),
                action=self.tr("Quit"),
                act=self.quit,
            )
            return
        self.quit()

    def _remember(self, name: str, value: Any) -> None:
        self._preferences[name] = value
        if self.link.engine is not None:
            self.link.do(lambda actions: actions.set_preference(name, value))

    def _dress(self) -> None:
        wanted = self._preferences.get(APPEARANCE)
        mode = theme.Mode(wanted) if wanted in set(theme.Mode) else theme.Mode.SYSTEM
        words.set_clock(self._preferences.get(CLOCK))
        words.set_first_weekday(self._preferences.get(FIRST_WEEKDAY))
        reduced = self._preferences.get(MOTION) is True
        theme.apply(self.app, mode, reduced_motion=reduced, coat=self._coat())

    def _coat(self) -> str:
        """The chosen theme while the balance unlocks it; the common one else."""
        chosen = self._preferences.get(COAT)
        if chosen not in theme.COATS or chosen == "state":
            return "state"
        from exitzero.work.stakes.rules import themes

        today = self.link.watch.today
        return chosen if today and chosen in {each.name for each in themes(today.coins)} else "state"

    def _read_appearance(self) -> None:
        stored = self.window.preferences
        fresh = {name: stored.get(name) for name in (APPEARANCE, MOTION, CLOCK, FIRST_WEEKDAY, COAT)}
        if fresh != {name: self._preferences.get(name) for name in fresh}:
            self._preferences.update(fresh)
            self._dress()
            self.link.watch.changed.emit(self.link.watch.today)

    # The end

    def _close_engine(self, engine: Engine) -> None:
        try:
            engine.close()
        finally:
            if self._notifier is not None:
                self._notifier.close()
            self._closed.emit()

    def _leave(self) -> None:
        if self._restore_hooks is not None:
            self._restore_hooks()
            self._restore_hooks = None
        self.window.close()
        self.app.quit()


def _traceback(error: BaseException) -> str:
    import traceback

    return "".join(traceback.format_exception(error))
