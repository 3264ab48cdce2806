"""The card of LeetCode, and of any clause that has no card of its own: how much is proved, by which answer.

Its button asks the source again; the facts beside the count come with the source's last answer.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exitzero.core.today import ClauseView, SourceView, Today
from exitzero.core.words import ClauseKind, Quota
from exitzero.ui import format as words
from exitzero.ui.pages.cockpit_card import ClauseCard, Fact
from exitzero.ui.theme import Tone
from exitzero.ui.widgets.card import Button, Kind

_ROOM_FOR_PROBLEM = 480


class EvidenceCard(ClauseCard):
    """A clause with what its source last told; ``link_wanted`` opens the challenge of the day."""

    def __init__(self, clause: ClauseView, parent: QWidget | None = None) -> None:
        super().__init__(clause, parent)
        self.last = Fact(self.tr("Last accepted"))
        self.challenge = Fact(self.tr("Daily challenge"))
        self.solved = Fact(self.tr("Solved"))
        self.open_challenge = Button(self.tr("Open problem"), Kind.PLAIN)
        self.open_challenge.setObjectName("open-challenge")
        self.open_challenge.setCursor(Qt.CursorShape.ArrowCursor)
        self.open_challenge.clicked.connect(self._open)
        self._facts = QWidget()
        facts = QVBoxLayout(self._facts)
        facts.setContentsMargins(0, 2, 0, 0)
        facts.setSpacing(4)
        for fact in (self.last, self.challenge, self.solved):
            facts.addWidget(fact)
        facts.addStretch(1)
        self._columns.addWidget(self._facts, 6)
        self.add_footer(self.origin, self.why, self.open_challenge, self.check)

    def unit(self, clause: ClauseView) -> str:
        week = clause.quota is Quota.WEEKLY
        if clause.kind is ClauseKind.LEETCODE:
            return self.tr("accepted this week") if week else self.tr("accepted today")
        if clause.kind is ClauseKind.MOCKS:
            return self.tr("booked ahead")
        return self.tr("proven this week") if week else self.tr("proven today")

    def show_facts(self, today: Today, now: datetime) -> None:
        source = self.source
        self._fit_buttons()
        self._facts.setVisible(source is not None)
        if source is None:
            return
        if source.last_at is not None:
            when = words.when(source.last_at, now, today.zone)
            self.last.set_text(source.last_title or self.tr("an accepted submission"), when)
        else:
            self.last.set_text(self.tr("none seen yet"), "", Tone.DIM)
        if source.daily_title:
            done = self.tr("done") if source.daily_done else self.tr("open")
            detail = " · ".join(part for part in (source.daily_difficulty.lower(), done) if part)
            self.challenge.set_text(source.daily_title, detail)
        else:
            self.challenge.set_text(self.tr("not told"), "", Tone.DIM)
        self._show_solved(source)

    def set_wide(self, wide: bool) -> None:
        self.solved.setVisible(wide)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_buttons()

    def _show_solved(self, source: SourceView) -> None:
        if source.solved_all is None:
            self.solved.set_text(self.tr("not told"), "", Tone.DIM)
            return
        parts = [
            f"{number} {word}"
            for number, word in (
                (source.solved_easy, self.tr("easy")),
                (source.solved_medium, self.tr("medium")),
                (source.solved_hard, self.tr("hard")),
            )
            if number is not None
        ]
        self.solved.set_text(str(source.solved_all), " · ".join(parts))

    def _fit_buttons(self) -> None:
        source = self.source
        wanted = source is not None and bool(source.daily_link) and source.official and not source.daily_done
        self.open_challenge.setVisible(wanted and self.width() >= _ROOM_FOR_PROBLEM)

    def _open(self) -> None:
        source = self.source
        if source is not None and source.daily_link:
            self.link_wanted.emit(source.daily_link)
