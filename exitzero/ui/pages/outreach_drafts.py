"""Half-written forms: kept while one types, offered again after a crash or a change of mind."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from exitzero.ui.link import Link

PREFIX = "draft.outreach."
_KEEP_MS = 500


class DraftKeeper(QObject):
    """Keeps what a form holds under a name of its own. ``read`` gives plain JSON, and nothing for an empty form."""

    found = Signal(object)
    """What was kept, once, after :meth:`look`."""

    def __init__(self, link: Link, name: str, read: Callable[[], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._link = link
        self._name = PREFIX + name
        self._read = read
        self._kept: Any = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_KEEP_MS)
        self._timer.timeout.connect(self.keep)

    def touch(self) -> None:
        """Something was typed."""
        self._timer.start()

    def keep(self) -> None:
        """Keep it now."""
        self._timer.stop()
        value = self._read() or None
        if value != self._kept:
            self._kept = value
            self._link.do(lambda actions: actions.set_preference(self._name, value))

    def forget(self) -> None:
        """It was sent, or thrown away: nothing of it is offered again."""
        self._timer.stop()
        if self._kept is not None:
            self._kept = None
            name = self._name
            self._link.do(lambda actions: actions.set_preference(name, None))

    def look(self) -> None:
        """Ask for what was kept."""
        name = self._name
        self._link.ask(lambda questions: questions.preference(name, None), self._looked)

    def _looked(self, value: Any) -> None:
        if value:
            self._kept = value
            self.found.emit(value)
