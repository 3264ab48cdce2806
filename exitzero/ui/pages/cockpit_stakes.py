"""What a failed day costs, on a card of the cockpit."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from exitzero.core.today import Today
from exitzero.ui import format as words
from exitzero.ui import theme
from exitzero.ui.pages.lockdown_words import names_text, short_text
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.card import Card, Row
from exitzero.ui.widgets.countdown import Countdown

_SIGNS = {
    "coins": "−",
    "bet": "−",
    "shame": "!",
    "beeminder_charge": "$",
    "beeminder_datapoint": "+",
    "lockdown": "×",
    "alarm": "♪",
    "hook": ">",
}


class StakesCard(Card):
    """What a failed day costs, or what it did cost. A click, Enter or Space asks for all of it, to the letter."""

    activated = Signal()

    def __init__(self, now: Callable[[], datetime] | None = None, parent: QWidget | None = None) -> None:
        super().__init__("If today fails", parent)
        self._now = now
        self.setObjectName("stakes")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(self.tr("Exact texts, amounts and hours, and the rehearsal"))
        self.body.setSpacing(0)
        self._shown: object = None
        self._today: Today | None = None
        self._most = 0

    def set_most(self, rows: int) -> None:
        """Show no more than so many lines, the last of them for the rest; 0 for all."""
        if rows != self._most:
            self._most = rows
            if self._today is not None:
                self.show_today(self._today)

    def show_today(self, today: Today) -> None:
        """Show the stakes of this day."""
        self._today = today
        lock = short_text(today.lock, today.written_at, today.zone)
        shown = (today.stakes, today.outcome, today.spared, today.bet, today.post_at, self._most, today.lock, lock)
        if shown == self._shown:
            return
        self._shown = shown
        while (item := self.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        self._head_words(today)
        stakes = today.stakes
        if lock:
            self.body.addWidget(self._lock_row(today, lock))
        most = max(self._most - bool(lock), 1) if self._most else 0
        rest = len(stakes) - most + 1 if most and len(stakes) > most else 0
        for index, stake in enumerate(stakes[: len(stakes) - rest]):
            tone = Tone.BAD if stake.armed and today.outcome in {"", "failed"} else Tone.DIM
            amount = stake.amount if stake.armed else self.tr("off")
            row = Row(_SIGNS.get(stake.kind, "−"), stake.text, amount, tone, last=index == len(stakes) - 1)
            if not stake.armed:
                row.set_amount(amount, Tone.DIM)
            self.body.addWidget(row)
        if rest:
            self.body.addWidget(Row("…", self.tr("and {0} more").format(rest), "", Tone.DIM, last=True))
        if not stakes and not lock:
            self.body.addWidget(Row("", self.tr("Nothing is at stake"), "", Tone.DIM, last=True))
        self.body.addStretch(1)

    def _lock_row(self, today: Today, words_of_lock: str) -> Row:
        """What is locked now, or will be by the helper; never called locked while the hosts file does not hold it."""
        tone = Tone.BAD if today.lock.standing == "degraded" else Tone.WARN
        text = words_of_lock[:1].upper() + words_of_lock[1:]
        amount = names_text(today.lock.sites) if today.lock.standing != "degraded" else ""
        sign = "■" if tone is Tone.BAD else "▲"
        row = Row(sign, text, amount, tone, last=not today.stakes)
        opens, now = today.lock.opens, self._now
        if opens is not None and now is not None:
            # The way out has a countdown of its own.
            row.set_amount("")
            countdown = Countdown(role=Role.MONO14)
            countdown.setAccessibleName(self.tr("Until the emergency exit opens"))
            countdown.set_target(partial(_seconds_to, opens, now))
            line = row.layout()
            if line is not None:
                line.addWidget(countdown)
        if today.lock.release:
            row.setToolTip(self.tr("{0}. Ends by: {1}").format(today.lock.cause, today.lock.release))
        return row

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.activated.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.activated.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            paint.draw_focus_ring(QPainter(self), QRectF(self.rect()), theme.RADIUS_CARD)

    def _head_words(self, today: Today) -> None:
        armed = any(stake.armed for stake in today.stakes)
        if today.outcome == "failed":
            self.set_title(self.tr("Today failed"))
            self.set_note(
                self.tr("Spared") if today.spared else self.tr("Ordered"), Tone.DIM if today.spared else Tone.BAD
            )
        elif today.outcome:
            self.set_title(self.tr("If today had failed"))
            self.set_note(self.tr("Called off"))
        else:
            self.set_title(self.tr("If today fails"))
            if today.post_at is not None:
                self.set_note(self.tr("Post out at {0}").format(words.clock(today.post_at, today.zone)), Tone.BAD)
                return
            self.set_note(self.tr("Armed") if armed else self.tr("Nothing armed"), Tone.WARN if armed else Tone.DIM)


def _seconds_to(moment: datetime, now: Callable[[], datetime]) -> float:
    return (moment - now()).total_seconds()
