"""A widget that nobody holds any more ends on the Qt thread, whatever thread makes garbage meanwhile."""

import gc
import threading
import weakref

from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from exitzero.ui import collector
from exitzero.ui.collector import Collector


class Looped(QWidget):
    """Holds itself, as a sheet with a closure does."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


def _make_garbage() -> None:
    for _ in range(50_000):
        loop: list[object] = []
        loop.append(loop)


def test_other_threads_leave_widgets_alone(qtbot: QtBot, qapp: QApplication) -> None:
    """However much garbage they make; the next look on the Qt thread takes the widget."""
    owner = QObject()
    Collector(owner)
    gone = weakref.ref(Looped())
    worker = threading.Thread(target=_make_garbage, name="exitzero-garbage")
    worker.start()
    worker.join()
    assert gone() is not None
    assert not gc.isenabled()
    assert QThread.currentThread() is qapp.thread()
    assert gc.get_count()[0] > collector.YOUNG
    qtbot.waitUntil(lambda: gone() is None)
    owner.deleteLater()
