"""The next mock interview: how long until it, how it is joined, and which ones still want to hear how they went.

One part for the calendar's side and, as a card of its own, for the cockpit.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from PySide6.QtCore import QCoreApplication, QDate, QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.today import Today
from exitzero.core.words import ClauseKind
from exitzero.ui.format import clock, hour_text, local, span, when
from exitzero.ui.pages.cockpit_card import Elided
from exitzero.ui.pages.layout import empty_layout
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.calendar_items import as_item, other_zone
from exitzero.ui.widgets.card import Button, Card, Figure, Kind, Meter, Text
from exitzero.ui.widgets.countdown import Countdown
from exitzero.work.mocks.views import MocksToday, MockView

_CLAUSE = {"met": State.SAFE, "unknown": State.UNKNOWN, "not_met": State.FAILED}
_NEAR = timedelta(hours=48)
_DAYS = 7
_MOST_ASKING = 3


def clause_sign(today: MocksToday) -> tuple[State, str]:
    """How the clause stands on a card: no mock ahead is red at once, since that arms the lockdown."""
    if not today.target:
        return State.REST, _tr("not in the contract")
    state = _CLAUSE.get(today.state, State.UNKNOWN)
    return state, {
        State.SAFE: _tr("covered"),
        State.UNKNOWN: _tr("unknown"),
    }.get(state, _tr("none ahead") if not today.count else _tr("too few"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Mocks", text)


def heading(mock: MockView, now: datetime, zone: str) -> str:
    """``Sat 18:00``, as large as it is read from afar."""
    here = local(mock.starts, zone)
    days = (here.date() - local(now, zone).date()).days
    if days == 0:
        return clock(mock.starts, zone)
    pattern = "ddd" if 0 < days < 7 else "d MMM"
    day = QLocale().toString(QDate(here.year, here.month, here.day), pattern)
    return f"{day} {hour_text(here)}"


def week_pieces(today: MocksToday, now: datetime, zone: str) -> list[State | None]:
    """A piece for each of the coming seven days: booked, waiting for an answer, or empty."""
    first = local(now, zone).date()
    pieces: list[State | None] = [None] * _DAYS
    for mock in today.ahead:
        at = (local(mock.starts, zone).date() - first).days
        if 0 <= at < _DAYS:
            pieces[at] = State.SAFE if mock.counts else State.REST
    for mock in today.asking:
        at = (local(mock.starts, zone).date() - first).days
        if at == 0:
            pieces[0] = State.AT_RISK
    return pieces


class NextMock(QWidget):
    """The next interview with its countdown. ``join_wanted`` carries its link, ``opened`` its uid."""

    join_wanted = Signal(str)
    opened = Signal(str)
    wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("next-mock")
        self._mock: MockView | None = None
        self.countdown = Countdown(role=Role.FIGURE28)
        self.countdown.setObjectName("mock-countdown")
        self.countdown.set_alignment(Qt.AlignmentFlag.AlignLeft)
        self.countdown.set_passed_word(self.tr("under way"))
        self.figure = Figure("", "", role=Role.FIGURE28)
        self.title = Text("", Role.STRONG14, wrap=True)
        self.about = Text("", Role.BODY13, Tone.DIM, wrap=True)
        self.there = Text("", Role.BODY13, Tone.INFO, wrap=True)
        for label in (self.title, self.about, self.there):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.join = Button(self.tr("Join now"), Kind.PRIMARY)
        self.join.setObjectName("join-now")
        self.join.clicked.connect(self._join)
        self.details = Button(self.tr("Open"))
        self.details.clicked.connect(self._open)
        self.book = Button(self.tr("Book a mock"), Kind.PRIMARY, icon="plus")
        self.book.clicked.connect(self.wished)
        deeds = QHBoxLayout()
        deeds.setSpacing(8)
        for button in (self.join, self.book, self.details):
            deeds.addWidget(button)
        deeds.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self.figure, self.countdown, self.title, self.about, self.there):
            column.addWidget(part)
        column.addSpacing(4)
        column.addLayout(deeds)

    def show_today(
        self, today: MocksToday | None, now: datetime, zone: str, remaining: Callable[[datetime], float]
    ) -> None:
        """Show what is next; ``remaining`` gives the seconds until an instant, at any later moment."""
        mock = today.next if today is not None else None
        self._mock = mock
        near = mock is not None and mock.starts - now < _NEAR
        self.countdown.setVisible(near)
        self.figure.setVisible(not near)
        self.details.setVisible(mock is not None)
        self.join.setVisible(mock is not None and bool(mock.link) and mock.joinable)
        self.book.setVisible(mock is None)
        self.there.setVisible(False)
        if mock is None:
            self.figure.set_value("–", self.tr("none ahead") if today is not None else self.tr("reading"))
            self.countdown.set_target(None)
            self.title.setText("")
            self.about.setText(today.words if today is not None else "")
            self.title.hide()
            return
        self.title.show()
        self.figure.set_value(heading(mock, now, zone))
        self.countdown.set_target(partial(remaining, mock.starts) if near else None)
        self.title.setText(as_item(mock).title)
        about = " · ".join(part for part in (mock.platform, mock.partner) if part)
        hours = f"{when(mock.starts, now, zone)}–{clock(mock.ends, zone)}"
        self.about.setText(f"{hours}\n{about}" if about else hours)
        there = other_zone(as_item(mock), zone)
        self.there.setText(there)
        self.there.setVisible(bool(there))
        self.setAccessibleName(self.tr("Next mock interview: {0}, {1}").format(self.title.text(), self.about.text()))

    def _join(self) -> None:
        if self._mock is not None:
            self.join_wanted.emit(self._mock.link)

    def _open(self) -> None:
        if self._mock is not None:
            self.opened.emit(self._mock.uid)


class AskingList(QWidget):
    """The interviews that are over and were not answered for; ``answer_wanted`` carries the uid of one."""

    answer_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("asking-list")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._shown: list[tuple[str, str, str]] | None = None

    def show_asking(self, asking: tuple[MockView, ...], now: datetime, zone: str) -> None:
        """List these, oldest first."""
        rows = [
            (each.uid, as_item(each).title, self.tr("was {0}").format(when(each.starts, now, zone))) for each in asking
        ]
        if rows == self._shown:
            return
        self._shown = rows
        empty_layout(self._column)
        for uid, called, was in rows[:_MOST_ASKING]:
            row = QHBoxLayout()
            row.setSpacing(8)
            words = QVBoxLayout()
            words.setSpacing(0)
            title, since = Elided(role=Role.STRONG13), Elided()
            title.set_text(called, Tone.PLAIN)
            since.set_text(was)
            for label in (title, since):
                words.addWidget(label)
            say = Button(self.tr("Answer"), small=True)
            say.setAccessibleName(self.tr("Say how {0} went").format(called))
            say.clicked.connect(partial(self.answer_wanted.emit, uid))
            row.addLayout(words, 1)
            row.addWidget(say)
            self._column.addLayout(row)
        if len(asking) > _MOST_ASKING:
            more = self.tr("and {0} more").format(len(asking) - _MOST_ASKING)
            self._column.addWidget(Text(more, Role.SMALL12, Tone.DIM))


class MocksCard(Card):
    """The cockpit's card: the next one, how the coming seven days are covered, what waits for an answer.

    ``book_wanted``, ``join_wanted`` (link) and ``answer_wanted`` (uid) say what was pressed; ``opened`` wants the
    calendar. It is filled by :meth:`show_mocks`.
    """

    book_wanted = Signal()
    join_wanted = Signal(str)
    answer_wanted = Signal(str)
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ClauseKind.MOCKS.heading, parent)
        self.setObjectName("evidence-mocks")
        self._mocks: MocksToday | None = None
        self._now = datetime(2000, 1, 1, tzinfo=UTC)
        self._zone = ""
        self.figure = Figure("–", "")
        self.meter = Meter()
        self.words = Text("", Role.BODY13, Tone.DIM, wrap=True)
        self.calendar = Button(self.tr("Calendar"), Kind.QUIET)
        self.calendar.clicked.connect(self.opened)
        self.answer = Button(self.tr("Answer"))
        self.answer.clicked.connect(self._answer)
        self.deed = Button(self.tr("Schedule"), Kind.PRIMARY)
        self.deed.setObjectName("mock-deed")
        self.deed.clicked.connect(self._act)
        for part in (self.figure, self.meter, self.words):
            self.body.addWidget(part)
        self.add_footer(None, self.calendar, self.answer, self.deed)
        self.answer.hide()

    @property
    def kind(self) -> ClauseKind:
        """Which clause it shows."""
        return ClauseKind.MOCKS

    def show_mocks(self, mocks: MocksToday, now: datetime, zone: str) -> None:
        """Show how the clause stands and what is next."""
        self._mocks, self._now, self._zone = mocks, now, zone
        self.set_state(*clause_sign(mocks))
        self.meter.set_pieces(
            week_pieces(mocks, now, zone),
            self.tr("{0} booked in the coming seven days").format(mocks.count),
        )
        self.pass_minute(now)

    def pass_minute(self, now: datetime) -> None:
        """Say again how long it is until the next one."""
        self._now = now
        mocks = self._mocks
        if mocks is None:
            return
        parts = []
        mock = mocks.next
        if mock is None:
            self.figure.set_value(str(mocks.count), self.tr("/ {0} booked").format(mocks.target))
            parts.append(mocks.words)
        else:
            self.figure.set_value(heading(mock, now, self._zone), mock.topic or as_item(mock).title)
            begun = now >= mock.starts
            left = self.tr("under way") if begun else self.tr("in {0}").format(span(mock.starts - now))
            parts.append(", ".join(part for part in (left, mock.platform) if part) + ".")
            parts.append(self.tr("{0} booked in the next 7 days.").format(mocks.count))
        if mocks.asking:
            parts.append(
                self.tr("1 needs an outcome.")
                if len(mocks.asking) == 1
                else self.tr("{0} need an outcome.").format(len(mocks.asking))
            )
        self.words.setText(" ".join(parts))
        joins = mock is not None and mock.joinable and bool(mock.link)
        self.deed.setText(self.tr("Join now") if joins else self.tr("Schedule"))
        self.deed.setAccessibleName(self.deed.text())
        self.deed.updateGeometry()
        self.deed.set_kind(Kind.PRIMARY if joins or mock is None else Kind.PLAIN)
        self.answer.setVisible(bool(mocks.asking))

    def show_clause(self, today: Today, now: datetime) -> None:
        """Show the clause of a day until the mocks themselves are read."""
        clause = next((each for each in today.clauses if each.kind is ClauseKind.MOCKS), None)
        if clause is not None and self._mocks is None:
            self.figure.set_value(str(clause.count), self.tr("/ {0} booked").format(clause.target))
            self.words.setText(clause.words)
        self.pass_minute(now)

    def _act(self) -> None:
        mock = self._mocks.next if self._mocks is not None else None
        if mock is not None and mock.joinable and mock.link:
            self.join_wanted.emit(mock.link)
        else:
            self.book_wanted.emit()

    def _answer(self) -> None:
        if self._mocks is not None and self._mocks.asking:
            self.answer_wanted.emit(self._mocks.asking[0].uid)
