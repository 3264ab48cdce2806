"""The alarm: while the engine says that it must sound, one window stands on top of everything and a sound comes.

The engine alone decides whether it sounds (never on a rest day, never under doubt); here it is only kept from ringing
at a locked screen and in the person's quiet hours, and shown, heard and left.
"""

from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtGui import QGuiApplication

from exitzero.core.errors import BadInput, ExitZeroError
from exitzero.core.today import Today
from exitzero.core.topics import Topic, Topics
from exitzero.core.words import ClauseState
from exitzero.engine.views import CheckLine
from exitzero.ui import format as words
from exitzero.ui import theme
from exitzero.ui.alarm_window import EXIT_WAIT, AlarmWindow
from exitzero.ui.link import Link
from exitzero.ui.theme import Tone

QUIET = "alarm.quiet"
"""The preference with the hours in which nothing rings, as ``["23:30", "07:00"]``, or null."""

SOUND_EVERY_MS = 5 * 60 * 1000
_LOOK_AGAIN_MS = 15_000

Hours = tuple[time, time]


def quiet_hours(value: Any) -> Hours | None:
    """The hours that a preference means; None where it means none, or nothing that can be read."""
    try:
        begin, end = (time.fromisoformat(part) for part in value)
    except (TypeError, ValueError):
        return None
    return None if begin == end else (begin, end)


def is_quiet(hours: Hours | None, at: time) -> bool:
    """Whether a wall-clock time lies in the quiet hours, which may reach over midnight."""
    if hours is None:
        return False
    begin, end = hours
    return begin <= at < end if begin < end else at >= begin or at < end


def _locked() -> bool | None:
    from exitzero.desktop.screen_lock import screen_is_locked

    return screen_is_locked()


def _play(path: Path) -> str:
    from exitzero.desktop.sound import play

    return play(path)


class Alarm(QObject):
    """Shows the alarm's window while there is an alarm. Lives on the Qt thread as long as the program.

    ``locked`` and ``play`` are called in the network pool. What is changed about the quiet hours while an alarm sounds
    holds from the next one on.
    """

    def __init__(
        self,
        link: Link,
        *,
        exit_wait: int = EXIT_WAIT,
        sound_every_ms: int = SOUND_EVERY_MS,
        locked: Callable[[], bool | None] = _locked,
        play: Callable[[Path], str] = _play,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._link = link
        self._exit_wait = exit_wait
        self._locked = locked
        self._play = play
        self._quiet: Hours | None = None
        self._quiet_known = False
        self._asking = False
        self.window: AlarmWindow | None = None
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_LOOK_AGAIN_MS)
        self._again.timeout.connect(self._look)
        self._ringing = QTimer(self)
        self._ringing.setInterval(sound_every_ms)
        self._ringing.timeout.connect(self._ring)
        link.watch.changed.connect(self._changed)
        link.watch.minute.connect(self._look)
        link.ready.connect(self._ask_quiet)
        link.changed.connect(self._topics_changed)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            # A window that refuses to close would keep the person from logging out.
            app.commitDataRequest.connect(self.close)
        if link.engine is not None:
            self._ask_quiet()

    @property
    def is_up(self) -> bool:
        """Whether the window stands."""
        return self.window is not None

    def close(self, *_arguments: object) -> None:
        """End: the program closes, or the session does."""
        self._again.stop()
        self._go_away()

    # When it comes and goes

    def _ask_quiet(self) -> None:
        self._link.ask(lambda questions: questions.preference(QUIET, None), self._take_quiet)

    def _take_quiet(self, value: Any) -> None:
        if not self.is_up:
            self._quiet, self._quiet_known = quiet_hours(value), True
            self._look()

    def _topics_changed(self, topics: Topics) -> None:
        if Topic.PREFERENCES in topics:
            self._ask_quiet()

    def _changed(self, _today: object) -> None:
        self._look()

    def _look(self) -> None:
        watch = self._link.watch
        today = watch.today
        if today is None or not watch.known or not self._sounds(today, self._link.now()):
            if self.is_up:
                self._go_away()
                self._ask_quiet()
            return
        if self.window is not None:
            self.window.show_today(today)
        elif self._quiet_known and not self._asking:
            self._asking = True
            self._link.run(lambda _errands: self._locked(), self._lock_told, self._lock_unknown)

    def _sounds(self, today: Today, now: datetime) -> bool:
        local = now.astimezone(words.zone(today.zone)).time()
        return today.alarm > 0 and not is_quiet(self._quiet, local)

    def _lock_told(self, locked: bool | None) -> None:
        self._asking = False
        if locked:
            self._again.start()
            return
        today = self._link.watch.today
        if self.window is None and today is not None and self._sounds(today, self._link.now()):
            self._come(today)

    def _lock_unknown(self, error: Exception) -> bool:
        self._lock_told(None)
        return isinstance(error, ExitZeroError)

    def _come(self, today: Today) -> None:
        # The engine is there by now, so this import waits for nothing.
        from exitzero.engine.actions import ALARM_PRICE, ALARM_SENTENCE

        self.window = AlarmWindow(self._link, sentence=ALARM_SENTENCE, price=ALARM_PRICE, exit_wait=self._exit_wait)
        self.window.check_wanted.connect(self._check)
        self.window.leave_wanted.connect(self._leave)
        self.window.show_today(today)
        self._ring()
        if today.alarm >= 2:
            self._ringing.start()

    def _go_away(self) -> None:
        self._ringing.stop()
        window, self.window = self.window, None
        if window is not None:
            window.dismiss()
            window.deleteLater()

    # The sound

    def _ring(self) -> None:
        self._link.run(lambda _errands: self._sound(), self._rang, self._not_rung)

    def _sound(self) -> str:
        """Play it unless the person went away; gives the player, or why there is none. In the network pool."""
        if self._locked():
            return "locked"
        return self._play(Path(theme.resource_path("sounds", "alarm.wav")))

    def _rang(self, player: str) -> None:
        if self.window is None:
            return
        if player == "nothing":
            self.window.set_sound(_tr("no sound: nothing to play it with"))
        elif player == "locked":
            self.window.set_sound(_tr("no sound while the screen is locked"))
        elif self.window.level >= 2:
            self.window.set_sound(_tr("a sound every 5 minutes, by {0}").format(player))
        else:
            self.window.set_sound(_tr("one sound, by {0}").format(player))

    def _not_rung(self, error: Exception) -> bool:
        if self.window is not None:
            self.window.set_sound(_tr("no sound: {0}").format(error))
        return isinstance(error, ExitZeroError)

    # Checking and leaving

    def _check(self) -> None:
        self._link.run(lambda errands: errands.check_now(), self._checked, self._not_checked)

    def _checked(self, lines: tuple[CheckLine, ...]) -> None:
        if self.window is None:
            return
        missing = [line for line in lines if line.state != ClauseState.MET]
        at = words.clock(self._link.now(), self._link.watch.today.zone if self._link.watch.today else "", seconds=True)
        told = " ".join(line.words for line in missing) or _tr("Every clause is met.")
        self.window.set_result(f"{at}  {told}", Tone.WARN if missing else Tone.GOOD)

    def _not_checked(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        if self.window is not None:
            self.window.set_result(str(error) if known else _tr("It could not be asked."), Tone.BAD)
        return known

    def _leave(self, sentence: str) -> None:
        self._link.do(lambda actions: actions.leave_alarm(sentence), None, self._not_left)

    def _not_left(self, error: Exception) -> bool:
        if self.window is not None:
            known = isinstance(error, ExitZeroError)
            message = error.message if isinstance(error, BadInput) else str(error)
            self.window.exit.set_trouble(message if known else _tr("It could not be written down."))
        return isinstance(error, ExitZeroError)


def _tr(text: str) -> str:
    return QCoreApplication.translate("alarm", text)
