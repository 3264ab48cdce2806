"""The calendar's side: what is next, what waits for an answer, and whether the calendars outside can be believed."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from exitzero.ui.format import ago
from exitzero.ui.pages.cockpit_mocks import AskingList, NextMock, clause_sign, week_pieces
from exitzero.ui.pages.layout import Line, empty_layout
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Button, Card, Chip, Meter, Text
from exitzero.work.mocks.views import FeedView, MocksToday

WIDTH = 292
_TALL = 680
"""From which height on the keys are told at the foot."""


def feed_sign(feed: FeedView) -> tuple[State, str]:
    """How a connected calendar stands: clashes first, then trouble, then how it was read."""
    from exitzero.ui.widgets.calendar_items import tr

    if feed.clashes:
        return State.UNKNOWN, tr("{0} clash").format(feed.clashes) if feed.clashes == 1 else tr("{0} clashes").format(
            feed.clashes
        )
    if feed.trouble:
        return State.UNKNOWN, tr("stale") if feed.as_of is not None else tr("never read")
    if feed.as_of is None:
        return State.REST, tr("not read yet")
    if feed.unsynced:
        return State.AT_RISK, tr("{0} to send").format(feed.unsynced)
    return State.SAFE, tr("in step")


class CalendarSide(QWidget):
    """The column at the right of the calendar."""

    wished = Signal()
    opened = Signal(str)
    join_wanted = Signal(str)
    answer_wanted = Signal(str)
    calendars_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("calendar-side")
        self.setFixedWidth(WIDTH)
        self._feeds: list[tuple[FeedView, str]] | None = None

    def build(self) -> Iterator[None]:
        """Make the parts in steps; nothing else may be called before the last one."""
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        inner.setObjectName("page")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        yield
        self.next_card = Card(self.tr("Next interview"))
        self.next = NextMock()
        self.next.wished.connect(self.wished)
        self.next.opened.connect(self.opened)
        self.next.join_wanted.connect(self.join_wanted)
        self.meter = Meter()
        self.words = Text("", Role.SMALL12, Tone.DIM, wrap=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.next_card.body.addWidget(self.next)
        self.next_card.body.addWidget(self.meter)
        self.next_card.body.addWidget(self.words)
        yield
        self.asking_card = Card(self.tr("How did it go?"))
        self.asking_card.set_accent(State.AT_RISK)
        self.asking = AskingList()
        self.asking.answer_wanted.connect(self.answer_wanted)
        self.asking_card.body.addWidget(self.asking)
        self.asking_card.hide()
        self.feeds_card = Card(self.tr("Calendars"))
        self.feeds = QVBoxLayout()
        self.feeds.setSpacing(8)
        self.feeds_card.body.addLayout(self.feeds)
        self.manage = Button(self.tr("Connect a calendar"), small=True)
        self.manage.clicked.connect(self.calendars_wanted)
        self.feeds_card.body.addWidget(self.manage, 0, Qt.AlignmentFlag.AlignLeft)
        for card in (self.asking_card, self.next_card, self.feeds_card):
            column.addWidget(card)
        self.keys = keys = Text(
            self.tr(
                "Drag over free hours, or press Enter there, to book. Shift and the arrows move an interview, with "
                "Ctrl its end, and Enter puts it there; Ctrl and the arrows go to the next."
            ),
            Role.SMALL12,
            Tone.DIM,
            wrap=True,
        )
        keys.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        keys.setContentsMargins(4, 0, 4, 0)
        column.addStretch(1)
        column.addWidget(keys)
        keys.setVisible(self.height() >= _TALL)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "keys"):
            self.keys.setVisible(event.size().height() >= _TALL)

    def show_today(
        self, today: MocksToday | None, now: datetime, zone: str, remaining: Callable[[datetime], float]
    ) -> None:
        """Show the clause and what is next."""
        self.next.show_today(today, now, zone, remaining)
        if today is None:
            return
        self.next_card.set_state(*clause_sign(today))
        self.meter.set_pieces(week_pieces(today, now, zone))
        self.words.setText(today.words if today.next is not None else "")
        self.words.setVisible(bool(self.words.text()))
        self.asking.show_asking(today.asking, now, zone)
        self.asking_card.setVisible(bool(today.asking))
        self.asking_card.set_note(str(len(today.asking)) if len(today.asking) > 1 else "")

    def show_feeds(self, feeds: Sequence[FeedView], now: datetime) -> None:
        """Show how the connected calendars stand."""
        told = [(feed, ago(feed.as_of, now) if feed.as_of is not None else "") for feed in feeds]
        if told != self._feeds:
            self._feeds = told
            empty_layout(self.feeds)
            for at, feed in enumerate(feeds):
                if at:
                    self.feeds.addWidget(Line())
                self.feeds.addLayout(self._row(feed, now))
            if not feeds:
                words = Text(
                    self.tr("None connected. Events of your calendar show here, dim, so that nothing is booked over."),
                    Role.BODY13,
                    Tone.DIM,
                    wrap=True,
                )
                words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
                self.feeds.addWidget(words)
            self.manage.setText(self.tr("Calendars in and out") if feeds else self.tr("Connect a calendar"))
            self.manage.setAccessibleName(self.manage.text())
            self.manage.updateGeometry()

    def _row(self, feed: FeedView, now: datetime) -> QVBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        name = Text(feed.name, Role.STRONG13)
        name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        line.addWidget(name, 1)
        line.addWidget(Chip(*feed_sign(feed)))
        read = self.tr("as of {0}").format(ago(feed.as_of, now)) if feed.as_of is not None else feed.trouble
        below = Text(read, Role.SMALL12, Tone.DIM)
        below.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QVBoxLayout()
        row.setSpacing(0)
        row.addLayout(line)
        row.addWidget(below)
        return row


def seconds_until(now: Callable[[], datetime]) -> Callable[[datetime], float]:
    """A function that says how many seconds it is until an instant."""
    return partial(_until, now)


def _until(now: Callable[[], datetime], instant: datetime) -> float:
    return (instant - now()).total_seconds()
