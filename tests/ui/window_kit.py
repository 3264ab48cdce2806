"""Windows and pages on sample records, taken apart again after each test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from exitzero.core.today import Today
from exitzero.ui import theme
from exitzero.ui.link import Link
from exitzero.ui.window import Window
from tests.ui import samples


class Stage:
    """A window with a link and a sample engine behind it."""

    def __init__(self, qtbot: QtBot, engine: samples.SampleEngine, size: tuple[int, int] | None, **parts: Any) -> None:
        self.qtbot = qtbot
        self.engine = engine
        self.link = Link()
        self.window = Window(self.link, version="9.9", **parts)
        if size is not None:
            self.window.resize(*size)

    def open(self) -> None:
        """Show the window and give it its engine; back when today has been shown."""
        self.window.show()
        self.window.cockpit.finish_growing()
        self.link.attach(self.engine)
        self.until(lambda: self.link.watch.known)

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for a state of the screen."""
        self.qtbot.waitUntil(holds, timeout=10_000)

    def set_today(self, today: Today | None) -> None:
        """Give the engine another record of today, as if something had happened."""
        from exitzero.core.topics import Topic

        self.engine.record = today
        self.engine.touch(Topic.DAY)
        self.until(lambda: self.link.watch.today == today)


@contextmanager
def staged(
    qtbot: QtBot,
    engine: samples.SampleEngine | None = None,
    *,
    size: tuple[int, int] | None = (1280, 720),
    **parts: Any,
) -> Iterator[Stage]:
    """A stage for one test; ``size`` None leaves the window as it made itself."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, theme.Mode.DARK)
    stage = Stage(qtbot, engine or samples.SampleEngine(), size, **parts)
    try:
        yield stage
    finally:
        stage.window.quitting = True
        stage.window.close()
        stage.link.detach()
        stage.engine.close()
        stage.window.deleteLater()
        stage.link.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
