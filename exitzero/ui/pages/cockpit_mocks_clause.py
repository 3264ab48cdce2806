"""The mock interviews among the cockpit's clauses: their card, with a clause's manners and the calendar behind it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from exitzero.core.today import Today
from exitzero.core.words import ClauseKind
from exitzero.ui import format as words
from exitzero.ui.pages.cockpit_card import CockpitCard, page_of
from exitzero.ui.pages.cockpit_mocks import MocksCard

if TYPE_CHECKING:
    from exitzero.ui.link import Link
    from exitzero.work.mocks.views import MocksToday


class MocksClauseCard(MocksCard, CockpitCard):
    """The mocks clause: state and count from the record of today at once, the interviews as soon as they are read."""

    # Said again: Qt knows the signals of the first base only.
    check_wanted = Signal()
    why_wanted = Signal()
    link_wanted = Signal(str)
    navigate = Signal(str, object)

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._day: Today | None = None
        for button in (self.calendar, self.answer, self.deed):
            button.setCursor(Qt.CursorShape.ArrowCursor)
        self.opened.connect(self._open)
        self.book_wanted.connect(self._book)
        self.answer_wanted.connect(self._ask_outcome)
        self.join_wanted.connect(self.link_wanted)

    @property
    def kind(self) -> ClauseKind:
        return ClauseKind.MOCKS

    def ask(self) -> None:
        self._link.ask(lambda questions: questions.mocks.today(), self._take)

    def show_clause(self, today: Today, now: datetime) -> None:
        self._day = today
        super().show_clause(today, now)
        self._show_state(today, now)

    def _take(self, mocks: MocksToday) -> None:
        day = self._day
        if day is not None:
            now = self._link.now()
            self.show_mocks(mocks, now, day.zone)
            self._show_state(day, now)

    def _show_state(self, today: Today, now: datetime) -> None:
        """As the bar says it: once the day is judged, by what stood at the deadline."""
        clause = next((each for each in today.clauses if each.kind is ClauseKind.MOCKS), None)
        if clause is not None:
            self.set_state(*words.clause_state(clause, closed=bool(today.outcome) or now >= today.closes))

    def _open(self) -> None:
        self.navigate.emit(page_of(self.kind), None)

    def _book(self) -> None:
        self.navigate.emit(page_of(self.kind), "new")

    def _ask_outcome(self, uid: str) -> None:
        self.navigate.emit(page_of(self.kind), uid)
