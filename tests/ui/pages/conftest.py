"""A page on the stage: shown at the size that the window leaves it on a small screen, with the sample records."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from exitzero.ui import format as words_of_time
from exitzero.ui import theme
from exitzero.ui.link import Link
from exitzero.ui.page import Page
from exitzero.ui.theme import Mode
from tests.ui.pages.stage import Records, StageEngine

P = TypeVar("P", bound=Page)


class Stage(NamedTuple):
    """Everything around a page that a test may look at."""

    records: Records
    engine: StageEngine
    link: Link
    bot: QtBot
    pages: list[Page]

    def open(self, kind: type[P], target: object = ..., *, width: int = 1204, height: int = 692) -> P:
        """Show a page; its first answers are there when this returns."""
        page = kind(self.link)
        self.bot.addWidget(page)
        self.pages.append(page)  # A test that only keeps a part of the page keeps the page.
        page.resize(width, height)
        if target is not ...:
            page.show_target(target)
        with self.bot.waitActive(page):  # Keys of buttons work in an active window only.
            page.show()
            page.finish_growing()
            page.activateWindow()
        self.settle()
        return page

    def settle(self) -> None:
        """Let queued answers arrive."""
        for _round in range(6):  # An answer a turn of the loop.
            QCoreApplication.processEvents()
            for page in self.pages:
                page.finish_growing()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def tell(self, *topics: Any) -> None:
        """Say that these topics changed, and let the page hear it."""
        with self.bot.waitSignal(self.link.changed):
            self.link.touch(frozenset(topics))
        self.settle()


@pytest.fixture
def stage(qtbot: QtBot, qapp: QApplication) -> Iterator[Stage]:
    """A link before sample records."""
    theme.apply(qapp, Mode.DARK, reduced_motion=True)
    words_of_time.set_clock("24")
    records = Records()
    engine = StageEngine(records)
    link = Link()
    link.attach(engine)
    yield Stage(records, engine, link, qtbot, [])
    # Left to Python's collector it could go in another test's thread, timers and all.
    link.detach()
    link.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def words() -> Callable[[Any], str]:
    """All the words that a widget shows."""

    def read(widget: Any) -> str:
        from PySide6.QtWidgets import QAbstractButton, QLabel

        found = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
        found += [button.text() for button in widget.findChildren(QAbstractButton) if button.isVisible()]
        return "\n".join(found)

    return read
