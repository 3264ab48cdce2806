"""The card of a clause: how much is proved, by which answer of which source, and the button that asks again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.today import ClauseView, SourceView, Today
from exitzero.core.words import ClauseKind, Quota
from exitzero.ui import format as words
from exitzero.ui import theme
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.card import Button, Card, Figure, Kind, Meter, Text

if TYPE_CHECKING:
    from exitzero.engine.views import CheckLine

_FLASH_MS = 7000
_TWO_COLUMNS = 560
_LABEL = 112


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
        left = float(_LABEL)
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

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text = ""
        self._tone = Tone.DIM

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
        font = look.font(Role.SMALL12)
        rect = QRectF(self.rect())
        text = paint.elided(font, self._text, rect.width())
        paint.draw_text(painter, rect, text, font=font, color=look.tone(self._tone))


class EvidenceCard(Card):
    """One clause of today's contract. ``check_wanted`` asks its sources now; ``why_wanted`` wants the evidence."""

    check_wanted = Signal()
    why_wanted = Signal()
    link_wanted = Signal(str)

    def __init__(self, clause: ClauseView, parent: QWidget | None = None) -> None:
        super().__init__(clause.kind.heading, parent)
        self.setObjectName(f"evidence-{clause.kind.value}")
        self._kind = clause.kind
        self._today: Today | None = None
        self._shown_source: SourceView | None = None
        self.figure = Figure("0", "")
        self.meter = Meter()
        self.words = Text("", Role.BODY13, Tone.DIM, wrap=True)
        self.last = Fact(self.tr("Last accepted"))
        self.challenge = Fact(self.tr("Daily challenge"))
        self.solved = Fact(self.tr("Solved"))
        self.origin = Elided()
        self.origin.setObjectName("origin")
        self.why = Button(self.tr("Why?"), Kind.QUIET)
        self.why.setToolTip(self.tr("Show the raw answers that this count rests on"))
        self.why.clicked.connect(self.why_wanted)
        self.open_challenge = Button(self.tr("Open problem"), Kind.PLAIN)
        self.open_challenge.setObjectName("open-challenge")
        self.open_challenge.clicked.connect(self._open)
        self.check = Button(self.tr("Check now"), Kind.PRIMARY)
        self.check.setObjectName("check-now")
        self.check.setToolTip(self.tr("Ask the source now  Ctrl+R"))
        self.check.clicked.connect(self.check_wanted)
        self._proved = proved = QVBoxLayout()
        proved.setSpacing(8)
        proved.addWidget(self.figure)
        proved.addWidget(self.meter)
        proved.addWidget(self.words)
        proved.addStretch(1)
        self._facts = QWidget()
        facts = QVBoxLayout(self._facts)
        facts.setContentsMargins(0, 2, 0, 0)
        facts.setSpacing(4)
        for fact in (self.last, self.challenge, self.solved):
            facts.addWidget(fact)
        facts.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(28)
        self._columns.addLayout(proved, 5)
        self._columns.addWidget(self._facts, 6)
        self.body.addLayout(self._columns)
        self.add_footer(self.origin, self.why, self.open_challenge, self.check)
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.setInterval(_FLASH_MS)
        self._flash.timeout.connect(self._show_origin)
        self._checking = False
        self._now: datetime | None = None

    @property
    def kind(self) -> ClauseKind:
        """Which clause it shows."""
        return self._kind

    def show_clause(self, today: Today, now: datetime) -> None:
        """Show the clause as it stands in this day."""
        clause = next(each for each in today.clauses if each.kind is self._kind)
        self._today, self._now = today, now
        state, word = words.clause_state(clause, closed=bool(today.outcome) or now >= today.closes)
        self.set_state(state, word)
        self.figure.set_value(words.count_word(clause), f"/ {clause.target} {self._unit(clause)}")
        self.meter.set_progress(clause.count, clause.target, state)
        self.words.setText(clause.words)
        source = self._source(today, clause)
        self._show_facts(today, source, now)
        self.pass_minute(now)

    def pass_minute(self, now: datetime) -> None:
        """Say again how long ago it was checked."""
        self._now = now
        if not self._flash.isActive():
            self._show_origin()

    def set_checking(self, checking: bool) -> None:
        """Show that the source is being asked."""
        self._checking = checking
        self.check.set_busy(checking, self.tr("Checking…") if checking else self.tr("Check now"))
        if checking:
            self._flash.stop()
            self._say(self.tr("asking {0} …").format(self._host()), Tone.INFO)
        elif not self._flash.isActive():
            self._show_origin()

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
        self._say(f"{sign} {text}", tone)
        self._flash.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _TWO_COLUMNS
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._columns.direction() != direction:
            self._columns.setDirection(direction)
            self._columns.setSpacing(28 if wide else 8)
            self._proved.setSpacing(8 if wide else 6)
            self.solved.setVisible(wide)
        self._fit_buttons()

    def _fit_buttons(self) -> None:
        source = self._shown_source
        wanted = source is not None and bool(source.daily_link) and source.official and not source.daily_done
        self.open_challenge.setVisible(wanted and self.width() >= 480)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._today is not None:
            self.update()

    def _unit(self, clause: ClauseView) -> str:
        week = clause.quota is Quota.WEEKLY
        if clause.kind is ClauseKind.LEETCODE:
            return self.tr("accepted this week") if week else self.tr("accepted today")
        return self.tr("proven this week") if week else self.tr("proven today")

    @staticmethod
    def _source(today: Today, clause: ClauseView) -> SourceView | None:
        same = [source for source in today.sources if source.source == clause.source]
        return next((source for source in same if source.subject == clause.subject), same[0] if same else None)

    def _show_facts(self, today: Today, source: SourceView | None, now: datetime) -> None:
        self._shown_source = source
        self._fit_buttons()
        if source is None:
            self._facts.hide()
            return
        self._facts.show()
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
        if source.solved_all is not None:
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
        else:
            self.solved.set_text(self.tr("not told"), "", Tone.DIM)

    def _show_origin(self) -> None:
        today, now = self._today, self._now
        if today is None or now is None or self._checking:
            return
        clause = next(each for each in today.clauses if each.kind is self._kind)
        source = self._source(today, clause)
        if source is None or source.asked_at is None:
            self._say(self.tr("not checked yet"), Tone.DIM)
            return
        host = words.origin_words(source)
        if source.reason:
            again = source.retry_at or source.next_at
            text = source.title.rstrip(".")
            if again is not None and again > now:
                text += " · " + self.tr("again at {0}").format(words.clock(again, today.zone))
            self.origin.set_text(f"◆ {text}", Tone.UNKNOWN, f"{source.title} {source.advice}".strip())
            return
        text = self.tr("checked {0}, {1}").format(words.ago(source.last_good or source.asked_at, now), host)
        self._say(text if source.official else f"◆ {text}", Tone.DIM if source.official else Tone.UNKNOWN)

    def _say(self, text: str, tone: Tone) -> None:
        self.origin.set_text(text, tone)

    def _host(self) -> str:
        if self._today is not None:
            clause = next(each for each in self._today.clauses if each.kind is self._kind)
            source = self._source(self._today, clause)
            if source is not None and source.origin:
                return words.origin_words(source)
        return self.tr("the source")

    def _open(self) -> None:
        if self._today is not None:
            clause = next(each for each in self._today.clauses if each.kind is self._kind)
            source = self._source(self._today, clause)
            if source is not None and source.daily_link:
                self.link_wanted.emit(source.daily_link)
