"""A real engine behind the outreach pages: targets, proofs and days as they really come, seen through a link."""

from collections.abc import Callable
from io import BytesIO
from typing import Any, TypeVar

from PIL import Image, ImageDraw
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from exitzero.core.contract import Clause, Terms
from exitzero.core.words import ClauseKind
from exitzero.ui import format as words_of_time
from exitzero.ui.link import Link
from exitzero.ui.page import Page
from exitzero.work.outreach.views import TargetEdit, TargetView
from tests.engine.kit import BERLIN, DAY_ONE, USER, Life, local

P = TypeVar("P", bound=Page)
T = TypeVar("T")
THREAD = "https://www.linkedin.com/messaging/thread/2-ZGFmY{0:03d}NzQ0YWU3LTQ0YTAt/"
"""Links to messages on LinkedIn, each another one."""


class Hunt:
    """One person's hunt on the first day: five outreaches are owed."""

    def __init__(self, life: Life, bot: QtBot, target: int = 5) -> None:
        self.life = life
        self.bot = bot
        self.link = Link()
        words_of_time.set_clock("24")
        clauses: list[Clause] = [Clause(ClauseKind.LEETCODE, 1, subject=USER)]
        if target:
            clauses.append(Clause(ClauseKind.OUTREACH, target, source="proofs", weight=35))
        life.adopt(Terms(clauses=tuple(clauses), zone=BERLIN))
        life.pulse()
        life.to(local(DAY_ONE, "09:30"))
        self._pages: list[Page] = []

    def add(self, name: str, **fields: Any) -> int:
        """Add a target without the screen."""
        return self.life.do(lambda actions: actions.outreach.add(TargetEdit(name=name, **fields)))

    def target(self, number: int) -> TargetView:
        """A target as it is kept."""
        page = self.life.ask(lambda questions: questions.outreach.target(number))
        assert page is not None
        return page.target

    def ask(self, question: Callable[[Any], T]) -> T:
        """Ask without the screen."""
        return self.life.ask(lambda questions: question(questions.outreach))

    def names(self, stage: str) -> list[str]:
        """A column as it is kept, from its top."""
        board = self.ask(lambda outreach: outreach.board())
        return [card.name for column in board.columns if column.stage == stage for card in column.cards]

    def open(self, kind: type[P], target: object = ..., *, width: int = 1204, height: int = 664) -> P:
        """Show a page with its first answers."""
        page = kind(self.link)
        self.bot.addWidget(page)
        self._pages.append(page)
        page.resize(width, height)
        if target is not ...:
            page.show_target(target)
        with self.bot.waitActive(page):
            page.show()
            page.finish_growing()
            page.activateWindow()
        if self.link.engine is None:
            self.link.attach(self.life.engine)
        self.until(lambda: getattr(page, "is_revealed", True))
        return page

    def until(self, holds: Callable[[], Any]) -> None:
        """Wait for a state of the screen."""
        self.bot.waitUntil(lambda: bool(holds()), timeout=10_000)

    def close(self) -> None:
        """Let go of the engine; the life ends itself."""
        self.life._settle()
        self.link.detach()
        self.link.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def words_of(widget: QWidget) -> str:
    """All the words on labels that are seen."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def screenshot(text: str, *, scale: float = 1.0) -> bytes:
    """A picture of a chat with these words in it."""
    picture = Image.new("RGB", (800, 600), "white")
    pen = ImageDraw.Draw(picture)
    for line in range(20):
        words = text if line % 3 else "another line of the same program"
        pen.text((40 + 7 * (line % 5), 30 + 27 * line), f"{words} {line * 37}", fill="black")
    if scale != 1.0:
        picture = picture.resize((int(800 * scale), int(600 * scale)))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
