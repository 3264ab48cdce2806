"""Today, kept in one place for all who show it: the cockpit, the tray, the small window and the window's edge.

Each of them asking for itself would be four questions a change, and for a moment four answers.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from exitzero.core.today import Today
from exitzero.core.topics import Topic, Topics

if TYPE_CHECKING:
    from exitzero.ui.link import Link

_TOPICS = frozenset({Topic.CONTRACT, Topic.DAY, Topic.SOURCES, Topic.COINS, Topic.CONSEQUENCES})
_LONGEST_MS = 60_000


class Watch(QObject):
    """Holds the newest record of today and says when it changed, and once a minute that time has passed.

    ``known`` is False until the engine has answered once; what stands before that is the stored snapshot.
    """

    changed = Signal(object)
    """The new Today, or None: there is no contract yet."""
    minute = Signal()
    """A minute, or a boundary of the day, has passed: words such as "4 min ago" are old now."""

    def __init__(self, link: "Link") -> None:
        super().__init__(link)
        self._link = link
        self.today: Today | None = None
        self.known = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._minute_passed)
        link.ready.connect(self.ask)
        link.changed.connect(self._topics_changed)

    def begin(self, snapshot: Today | None) -> None:
        """Start from what was stored last, if it still holds at this moment."""
        now = self._link.now()
        if snapshot is not None and snapshot.written_at - timedelta(minutes=5) <= now < snapshot.valid_until:
            self.today = snapshot
        self._aim()

    def ask(self) -> None:
        """Ask the engine for today."""
        self._link.ask(lambda questions: questions.today(), self._take)

    def _take(self, today: Today | None) -> None:
        changed = today != self.today or not self.known
        self.today, self.known = today, True
        self._aim()
        if changed:
            self.changed.emit(today)

    def _topics_changed(self, topics: Topics) -> None:
        if topics & _TOPICS:
            self.ask()

    def _minute_passed(self) -> None:
        if self.today is not None and self.known and self._link.now() >= self.today.valid_until:
            self.ask()
        self.minute.emit()
        self._aim()

    def _aim(self) -> None:
        """Wake up at the next full minute, or at the boundary of the day before it."""
        now = self._link.now()
        wait = 60_000 - (now.second * 1000 + now.microsecond // 1000)
        if self.today is not None:
            for boundary in (self.today.deadline, self.today.closes, self.today.ends, self.today.valid_until):
                ahead = (boundary - now) / timedelta(milliseconds=1)
                if 0 < ahead < wait:
                    wait = int(ahead) + 1
        self._timer.start(max(20, min(wait, _LONGEST_MS)))
