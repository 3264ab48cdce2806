"""Garbage is collected on the Qt thread only.

Python's collector runs in whatever thread made the last object. A sheet that holds itself in a cycle would then be
taken apart, with all its widgets, in a thread of the engine, and Qt does not survive that. So its own wake-up is
off, and the Qt thread looks at the same counts now and then.
"""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 500
YOUNG, MIDDLE, OLD = 2000, 10, 1000
"""New objects, then young and middle looks, after which the collector looks further.

A full look holds every thread for as long as three frames take and finds next to nothing, so it comes only with
millions of new objects.
"""


class Collector(QObject):
    """Collects on the thread that it lives in. :meth:`settle` says that what is there now stays."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @staticmethod
    def settle() -> None:
        """Leave everything that is there now out of later looks."""
        gc.freeze()

    @staticmethod
    def look() -> None:
        """Collect what the counts say is due."""
        young, middle, old = gc.get_count()
        if old >= OLD:
            gc.collect(2)
        elif middle >= MIDDLE:
            gc.collect(1)
        elif young >= YOUNG:
            gc.collect(0)
