"""The page of the interviews before a real engine: a life that owes one, seen through a link."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from exitzero.core.calendars import CalendarEvent
from exitzero.core.codec import canonical, to_plain
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.ui.link import Link
from exitzero.ui.pages.calendar import CalendarScreen
from tests.engine.kit import BERLIN, DAY_ONE, Life, local
from tests.engine.mock_kit import MOCKS, book

THURSDAY = DAY_ONE + timedelta(days=1)


class Booked:
    """One life, its link, and the page over it. The person looks at it on a Wednesday at eight."""

    def __init__(self, life: Life, bot: QtBot) -> None:
        self.life = life
        self.bot = bot
        self.link = Link()
        life.adopt(MOCKS)
        life.pulse()
        self.page: CalendarScreen | None = None

    def open(self, target: object = ..., *, width: int = 1204, height: int = 660) -> CalendarScreen:
        """Show the page; what it asks for is there when this returns."""
        if self.link.engine is None:
            self.link.attach(self.life.engine)
            self.until(lambda: self.link.watch.known)
        page = self.page = CalendarScreen(self.link)
        self.bot.addWidget(page)
        page.resize(width, height)
        if target is not ...:
            page.show_target(target)
        with self.bot.waitActive(page):
            page.show()
            page.finish_growing()
            page.activateWindow()
        self.until(lambda: page.is_revealed)
        return page

    def book(self, label: date, hour: str, **values: Any) -> str:
        """Book an hour; gives its uid."""
        return book(self.life, local(label, hour), **values)

    def add_calendar(self, events: Sequence[CalendarEvent], **values: Any) -> None:
        """Put a connected calendar and its events where the engine keeps them."""
        now = self.life.now
        given: dict[str, Any] = {
            "id": "work", "kind": "ics", "name": "Work", "shown": "calendar.example", "rule": '{"words": "mock"}',
        } | values  # fmt: skip

        def write(unit: Unit) -> None:
            unit.session.add(tables.CalendarRow(connected_at=now, **given))
            for event in events:
                unit.session.add(
                    tables.CalendarEventRow(
                        calendar=given["id"], key=event.key, starts=event.starts, ends=event.ends, title=event.title,
                        body=canonical(to_plain(event)),
                    )
                )  # fmt: skip

        self.life.engine.database.write(write).result()

    def mock(self, uid: str) -> Any:
        """Everything about one."""
        return self.life.ask(lambda questions: questions.mocks.page(uid))

    def until(self, holds: Callable[[], Any]) -> None:
        """Wait for a state of the screen."""
        self.bot.waitUntil(lambda: bool(holds()), timeout=10_000)

    def close(self) -> None:
        """Let go of the engine; the life ends itself."""
        self.life._settle()
        self.link.detach()
        self.link.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def event(uid: str, starts: datetime, title: str, *, minutes: int = 60) -> CalendarEvent:
    """An event of another calendar."""
    return CalendarEvent(uid=uid, starts=starts, ends=starts + timedelta(minutes=minutes), title=title, zone=BERLIN)
