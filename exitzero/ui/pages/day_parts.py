"""The parts of a day that more than one page shows: a clause with its count, the ladder as a list, lasting marks."""

from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from exitzero.core.today import ClauseView, RungView
from exitzero.core.words import ClauseKind, ClauseState, Quota
from exitzero.engine.views import Year
from exitzero.ui import theme
from exitzero.ui.format import clause_state as clause_sign
from exitzero.ui.format import day_text
from exitzero.ui.pages.layout import empty_layout
from exitzero.ui.pages.wording import clause_state, day_state, time_text
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.card import Button, Chip, Figure, Kind, Meter, Text
from exitzero.ui.widgets.heat_map import DayCell

SHOWN_BELOW = "below"
"""In place of a digest: what a clause rests on stands among the observations, with no raw answer of its own."""


def heat_cells(year: Year) -> dict[date, DayCell]:
    """The year's days as cells of the heat map. A running day has no state yet."""
    cells: dict[date, DayCell] = {}
    for day in year.days:
        state: State | None = day_state(day.state, day.exit_code)[0]
        if day.state == "open":
            state = None
        code = day.exit_code if day.state in {"success", "failed"} else None
        cells[day.label] = DayCell(state, code, f"{day_text(day.label, year=True)} · {day.words}", day.overridden)
    return cells


class ClauseBlock(QWidget):
    """One clause: how much of it there is, what is missing, and *Why?*."""

    why = Signal(str)
    """The digest of the answer that the count rests on."""

    def __init__(
        self,
        clause: ClauseView,
        *,
        over: bool,
        evidence: str,
        figure: Role = Role.FIGURE40,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._evidence = evidence
        state, word = clause_state(clause.state, over=over, due=clause.due)
        if clause.kind is ClauseKind.MOCKS:
            state, word = clause_sign(clause, closed=over)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Text(clause.heading, Role.STRONG14), 1)
        head.addWidget(Chip(state, word))
        count = self.tr("at least {0}").format(clause.count) if clause.at_least else str(clause.count)
        # Of an unknown count nothing is claimed but what was seen.
        if clause.state is ClauseState.UNKNOWN and not clause.count:
            count = "?"
        unit = self.tr("/ {0} this week") if clause.quota is Quota.WEEKLY else self.tr("/ {0}")
        if clause.kind is ClauseKind.MOCKS:
            unit = self.tr("/ {0} booked ahead")
        self.figure = Figure(count, unit.format(clause.target), role=figure)
        meter = Meter()
        if clause.state is ClauseState.UNKNOWN and not clause.count:
            meter.set_pieces((State.UNKNOWN,) * min(clause.target, 24), self.tr("not known"))
        else:
            # Piece by piece it is proved; only the clause as a whole is behind.
            behind = clause.target > 1 and state in {State.AT_RISK, State.REST}
            meter.set_progress(clause.count, clause.target, State.SAFE if behind else state)
        self.words = Text(clause.words, Role.BODY13, Tone.DIM, wrap=True)
        self.button = Button(self.tr("Why?"), Kind.PLAIN, icon="why", small=True)
        self.button.setAccessibleName(self.tr("Why? The evidence of {0}").format(clause.heading))
        self.button.setEnabled(bool(evidence))
        nothing = self.tr("No answer of a source was kept on this day.")
        if clause.kind is ClauseKind.OUTREACH:
            nothing = self.tr("Nothing was proved on this day.")
        elif clause.kind is ClauseKind.MOCKS:
            nothing = self.tr("No mock stood in the calendar.")
        self.button.setToolTip("" if evidence else nothing)
        self.button.clicked.connect(self._asked)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.words, 1)
        foot.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.figure)
        column.addWidget(meter)
        column.addLayout(foot)
        self.setAccessibleName(f"{clause.heading} {count} {unit.format(clause.target)}, {word}")

    def _asked(self) -> None:
        self.why.emit(self._evidence)


class LadderList(QWidget):
    """The rungs of a day as lines: when, which, and what became of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.lines: list[str] = []

    def set_rungs(self, rungs: Sequence[RungView], zone: str, deadline: datetime, *, over: bool) -> None:
        """Show these, the judgement last. A rung that had not fired when its day was ``over`` was not needed."""
        empty_layout(self._column)
        self.lines = []
        for rung in rungs:
            if rung.state == "fired":
                words = self.tr("fired for {0}").format(rung.missing) if rung.missing else self.tr("fired")
                tone = Tone.WARN
            elif rung.state == "missed":
                words, tone = self.tr("missed: nobody could see it"), Tone.DIM
            else:
                words, tone = self.tr("not needed") if over else self.tr("coming"), Tone.DIM
            self._add(time_text(rung.due, zone), rung.name, words, tone, rung.state)
        self._add(time_text(deadline, zone), self.tr("judgement"), "", Tone.DIM, "end")

    def _add(self, at: str, name: str, words: str, tone: Tone, kind: str) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 5, 0, 5)
        row.setSpacing(10)
        row.addWidget(_Node(kind))
        clock = Text(at, Role.MONO13, Tone.DIM)
        clock.setMinimumWidth(44)
        row.addWidget(clock)
        row.addWidget(Text(name, Role.BODY13))
        row.addWidget(Text(words, Role.BODY13, tone, wrap=True), 1)
        line.setAccessibleName(f"{at} {name} {words}".strip())
        self.lines.append(f"{at} {name} {words}".strip())
        self._column.addWidget(line)


class _Node(QWidget):
    """The rung's place on the ladder: filled when fired, struck through when missed, empty while coming."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        self.setFixedSize(12, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        if self._kind == "fired":
            paint.draw_state_mark(painter, State.SAFE, rect, look.state(State.AT_RISK))
        elif self._kind == "end":
            paint.draw_state_mark(painter, State.FAILED, rect.adjusted(1, 1, -1, -1), look.dim)
        else:
            paint.draw_state_mark(painter, State.REST, rect, look.dim)
            if self._kind == "missed":
                painter.drawLine(rect.bottomLeft(), rect.topRight())


class Mark(QWidget):
    """A mark that a day keeps for ever, with its reason."""

    def __init__(self, word: str, reason: str, tone: Tone = Tone.UNKNOWN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 10, 4)
        row.setSpacing(10)
        row.addWidget(Text(word, Role.LABEL12, tone), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Text(reason, Role.BODY13, wrap=True), 1)
        self.setAccessibleName(f"{word}: {reason}")

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        color = look.tone(self._tone)
        paint.draw_box(painter, QRectF(self.rect()), 6, theme.mix(color, look.panel, 0.10), None)
        painter.fillRect(QRectF(0, 0, 3, self.height()), color)
