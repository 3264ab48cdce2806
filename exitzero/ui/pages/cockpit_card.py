"""What every card of a clause on the cockpit has: how much is proved, by whose word, and where to look for more.

A card is made for its clause in the record of today, which the first screen has before the engine is there; whatever
else a card shows it asks for by itself, and stands complete without it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.today import ClauseView, SourceView, Today
from exitzero.core.words import ClauseKind
from exitzero.ui import format as words
from exitzero.ui import theme
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.card import Button, Card, Figure, Kind, Meter, Text

if TYPE_CHECKING:
    from exitzero.engine.views import CheckLine

_FLASH_MS = 7000
_TWO_COLUMNS = 560
_LABEL = 112
_NARROW_LABEL = 100
_NARROW = 400
_LOW_INSET = 10
_MOST_PIECES = 24
_PAGES = {ClauseKind.LEETCODE: "leetcode", ClauseKind.OUTREACH: "outreach", ClauseKind.MOCKS: "calendar"}


def page_of(kind: ClauseKind) -> str:
    """The key of the page that tells all about a clause."""
    return _PAGES.get(kind, "day")


class Fact(QWidget):
    """A label and what it says, on one line; cut where there is no room, whole in the tooltip."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._label = label
        self._text = ""
        self._detail = ""
        self._tone = Tone.PLAIN

    def set_text(self, text: str, detail: str = "", tone: Tone = Tone.PLAIN) -> None:
        """What it says; ``detail`` follows in a weaker colour and is cut last."""
        self._text, self._detail, self._tone = text, detail, tone
        self.setToolTip("  ".join(part for part in (text, detail) if part))
        self.setAccessibleName(f"{self._label}: {text} {detail}".strip())
        self.update()

    @property
    def text(self) -> str:
        """What it says."""
        return f"{self._text} {self._detail}".strip()

    def sizeHint(self) -> QSize:
        return QSize(220, 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        font = look.font(Role.BODY13)
        rect = QRectF(self.rect())
        painter.fillRect(QRectF(0, rect.height() - 1, rect.width(), 1), look.line)
        paint.draw_text(painter, rect.adjusted(0, 0, 0, -1), self._label, font=font, color=look.dim)
        left = float(_LABEL if rect.width() >= _NARROW else _NARROW_LABEL)
        room = rect.width() - left
        detail = paint.text_width(font, self._detail) + 10 if self._detail else 0.0
        text = paint.elided(font, self._text, max(room - detail, 40.0))
        paint.draw_text(painter, rect.adjusted(left, 0, 0, -1), text, font=font, color=look.tone(self._tone))
        if self._detail:
            after = left + paint.text_width(font, text) + 10
            rest = paint.elided(font, self._detail, rect.width() - after)
            paint.draw_text(painter, rect.adjusted(after, 0, 0, -1), rest, font=font, color=look.dim)


class Elided(QWidget):
    """One line of small text that gives way by an ellipsis; whole in its tooltip."""

    def __init__(self, parent: QWidget | None = None, *, role: Role = Role.SMALL12) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text = ""
        self._tone = Tone.DIM
        self._role = role

    def text(self) -> str:
        """What it says."""
        return self._text

    def set_text(self, text: str, tone: Tone = Tone.DIM, tip: str = "") -> None:
        """Say something."""
        if (text, tone, tip or text) == (self._text, self._tone, self.toolTip()):
            return
        self._text, self._tone = text, tone
        self.setToolTip(tip or text)
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        font = look.font(self._role)
        rect = QRectF(self.rect())
        text = paint.elided(font, self._text, rect.width())
        paint.draw_text(painter, rect, text, font=font, color=look.tone(self._tone))


class CockpitCard(Card):
    """A card for a clause of today's contract. A click on it, Enter or Space asks for the clause's page.

    ``check_wanted`` asks its source now, ``why_wanted`` wants the evidence, ``navigate`` another page with its target.
    What a card has no use for does nothing.
    """

    check_wanted = Signal()
    why_wanted = Signal()
    link_wanted = Signal(str)
    navigate = Signal(str, object)

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._pressed = False

    @property
    def kind(self) -> ClauseKind:
        """Which clause it shows."""
        raise NotImplementedError

    def show_clause(self, today: Today, now: datetime) -> None:
        """Show the clause as it stands in this day."""
        raise NotImplementedError

    def pass_minute(self, now: datetime) -> None:
        """Say again what depends on the time of day."""

    def ask(self) -> None:
        """Ask for what the record of today does not hold."""

    def set_checking(self, checking: bool) -> None:
        """Show that the source is being asked."""

    def show_result(self, lines: tuple[CheckLine, ...]) -> None:
        """Say for some seconds what the answer was."""

    def set_low(self, low: bool) -> None:
        """Whether every line counts."""
        layout = self.layout()
        if layout is not None:
            inset = _LOW_INSET if low else 14
            layout.setContentsMargins(theme.INSET, inset, theme.INSET, inset)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.button() == Qt.MouseButton.LeftButton

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, False
        if pressed and self.rect().contains(event.position().toPoint()):
            self.navigate.emit(page_of(self.kind), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.navigate.emit(page_of(self.kind), None)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            paint.draw_focus_ring(QPainter(self), QRectF(self.rect()), theme.RADIUS_CARD)


class ClauseCard(CockpitCard):
    """A clause that is counted: figure, meter, sentence, and whose word it is."""

    def __init__(self, clause: ClauseView, parent: QWidget | None = None) -> None:
        super().__init__(clause.kind.heading, parent)
        self.setObjectName(f"evidence-{clause.kind.value}")
        self._kind = clause.kind
        self._today: Today | None = None
        self._now: datetime | None = None
        self._checking = False
        self.figure = Figure("0", "")
        self.meter = Meter()
        self.words = Text("", Role.BODY13, Tone.DIM, wrap=True)
        self.origin = Elided()
        self.origin.setObjectName("origin")
        self.why = Button(self.tr("Why?"), Kind.QUIET)
        self.why.setToolTip(self.tr("Show the raw answers that this count rests on"))
        self.why.clicked.connect(self.why_wanted)
        self.check = Button(self.tr("Check now"), Kind.PRIMARY)
        self.check.setObjectName("check-now")
        self.check.setToolTip(self.tr("Ask the source now  Ctrl+R"))
        self.check.clicked.connect(self.check_wanted)
        for button in (self.why, self.check):
            button.setCursor(Qt.CursorShape.ArrowCursor)
        self._proved = QVBoxLayout()
        self._proved.setSpacing(8)
        for part in (self.figure, self.meter, self.words):
            self._proved.addWidget(part)
        self._proved.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(28)
        self._columns.addLayout(self._proved, 5)
        self.body.addLayout(self._columns)
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.setInterval(_FLASH_MS)
        self._flash.timeout.connect(self.show_origin)

    @property
    def kind(self) -> ClauseKind:
        """Which clause it shows."""
        return self._kind

    @property
    def clause(self) -> ClauseView | None:
        """The clause as it was shown last."""
        clauses = self._today.clauses if self._today is not None else ()
        return next((each for each in clauses if each.kind is self._kind), None)

    @property
    def source(self) -> SourceView | None:
        """How the clause's source answered last; None where there is none to ask."""
        clause, today = self.clause, self._today
        if clause is None or today is None:
            return None
        same = [source for source in today.sources if source.source == clause.source]
        return next((source for source in same if source.subject == clause.subject), same[0] if same else None)

    def show_clause(self, today: Today, now: datetime) -> None:
        """Show the clause as it stands in this day."""
        self._today, self._now = today, now
        clause = self.clause
        if clause is None:
            return
        state, word = words.clause_state(clause, closed=bool(today.outcome) or now >= today.closes)
        self.set_state(state, word)
        self.figure.set_value(words.count_word(clause), f"/ {clause.target} {self.unit(clause)}")
        self._show_meter(clause, state)
        self.words.setText(self.told(clause))
        self.show_facts(today, now)
        self.pass_minute(now)

    def unit(self, clause: ClauseView) -> str:
        """What is counted, after the number."""
        return ""

    def told(self, clause: ClauseView) -> str:
        """The sentence below the meter."""
        return clause.words

    def show_facts(self, today: Today, now: datetime) -> None:
        """Show what else the record of today tells."""

    def pass_minute(self, now: datetime) -> None:
        """Say again how long ago it was checked."""
        self._now = now
        if not self._flash.isActive():
            self.show_origin()

    def set_checking(self, checking: bool) -> None:
        """Show that the source is being asked."""
        self._checking = checking
        self.check.set_busy(checking, self.tr("Checking…") if checking else self.tr("Check now"))
        if checking and self.source is not None:
            self._flash.stop()
            self.origin.set_text(self.tr("asking {0} …").format(self._host()), Tone.INFO)
        elif not self._flash.isActive():
            self.show_origin()

    def show_result(self, lines: tuple[CheckLine, ...]) -> None:
        """Say for some seconds what the answer was, where the eye is after pressing."""
        line = next((each for each in lines if each.clause == self._kind.value), None)
        self.set_checking(False)
        if line is None:
            return
        tone = {"met": Tone.GOOD, "not_met": Tone.WARN}.get(line.state, Tone.UNKNOWN)
        sign = {"met": "●", "not_met": "▲"}.get(line.state, "◆")
        if line.state == "unknown":
            text = self.tr("just now: no answer that can be believed")
        else:
            text = self.tr("just now: {0} of {1}").format(line.count, line.target)
        self.origin.set_text(f"{sign} {text}", tone)
        self._flash.start()

    def show_origin(self) -> None:
        """Say whose word the count is, and from when."""
        today, now = self._today, self._now
        if today is None or now is None or self._checking:
            return
        source = self.source
        if source is None or source.asked_at is None:
            self.origin.set_text(self.tr("not checked yet"), Tone.DIM)
            return
        if source.reason:
            again = source.retry_at or source.next_at
            text = source.title.rstrip(".")
            if again is not None and again > now:
                text += " · " + self.tr("again at {0}").format(words.clock(again, today.zone))
            self.origin.set_text(f"◆ {text}", Tone.UNKNOWN, f"{source.title} {source.advice}".strip())
            return
        when = words.ago(source.last_good or source.asked_at, now)
        text = self.tr("checked {0}, {1}").format(when, words.origin_words(source))
        if source.official:
            self.origin.set_text(text, Tone.DIM)
        else:
            self.origin.set_text(f"◆ {text}", Tone.UNKNOWN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _TWO_COLUMNS
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._columns.direction() != direction:
            self._columns.setDirection(direction)
            self._columns.setSpacing(28 if wide else 6)
            self._proved.setSpacing(8 if wide else 6)
            self.set_wide(wide)

    def set_wide(self, wide: bool) -> None:
        """Whether there is room for two columns."""

    def set_low(self, low: bool) -> None:
        super().set_low(low)
        # Count and facts say the same as the sentence.
        self.words.setVisible(not low)

    def _show_meter(self, clause: ClauseView, state: State) -> None:
        # What is proved is green piece by piece; only the clause as a whole can be behind or unknown.
        if state is State.UNKNOWN and clause.target <= _MOST_PIECES:
            known = min(clause.count, clause.target)
            told = self.tr("{0} for certain").format(clause.count) if known else self.tr("not known")
            self.meter.set_pieces((State.SAFE,) * known + (State.UNKNOWN,) * (clause.target - known), told)
        else:
            shown = State.SAFE if clause.target > 1 and state is State.AT_RISK else state
            self.meter.set_progress(clause.count, clause.target, shown)

    def _host(self) -> str:
        source = self.source
        return words.origin_words(source) if source is not None and source.origin else self.tr("the source")
