"""The panel everything stands on, and the small parts that stand on it, to be had from one module."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.banner import Banner, EmptyState, Text
from exitzero.ui.widgets.button import Button, Kind
from exitzero.ui.widgets.chip import Chip, Figure, Meter

__all__ = [
    "Banner",
    "Button",
    "Card",
    "Chip",
    "EmptyState",
    "Figure",
    "Kind",
    "Meter",
    "Row",
    "Text",
]


class Card(QWidget):
    """A panel with a heading and, at its right, a state or a word. Put the content into :attr:`body`.

    ``sunken`` is the darker one for a terminal; ``flush`` lets the content reach the edge.
    """

    def __init__(
        self, title: str = "", parent: QWidget | None = None, *, sunken: bool = False, flush: bool = False
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._sunken = sunken
        self._accent: State | None = None
        # Three pixels keep a square child clear of the round corners.
        inset = 3 if flush else theme.INSET
        outer = QVBoxLayout(self)
        outer.setContentsMargins(inset, inset if flush else 14, inset, inset if flush else 14)
        outer.setSpacing(8)
        self._heading = Text(title, Role.LABEL12, Tone.DIM)
        self._word = Text("", Role.LABEL12, Tone.DIM)
        self._word.hide()
        self.chip = Chip()
        self.chip.hide()
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        self._head.addWidget(self._heading, 1)
        self._head.addWidget(self._word)
        self._head.addWidget(self.chip)
        self._heading.setMinimumHeight(20)
        if title:
            outer.addLayout(self._head)
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        outer.addLayout(self.body, 1)
        self.setAccessibleName(title)

    def set_title(self, title: str) -> None:
        """Change the heading of a card that was made with one."""
        self._heading.setText(title)
        self.setAccessibleName(title)

    def set_state(self, state: State | None, word: str = "") -> None:
        """Show a state at the right of the heading, or none."""
        self.chip.setVisible(state is not None)
        if state is not None:
            self.chip.set_state(state, word)
            self.setAccessibleDescription(word or state.word)

    def set_note(self, text: str, tone: Tone = Tone.DIM) -> None:
        """Show a word at the right of the heading that is no state (a date, a share)."""
        self._word.setText(text)
        self._word.set_tone(tone)
        self._word.setVisible(bool(text))

    def set_accent(self, state: State | None) -> None:
        """Give the left edge the state's colour: for the one card that must be looked at first."""
        self._accent = state
        self.update()

    def add_head_widget(self, widget: QWidget) -> None:
        """Put a small control at the right end of the heading's line."""
        self._head.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def add_footer(self, note: QWidget | None, *buttons: QWidget) -> QLayout:
        """A last line that keeps to the bottom: where it comes from at the left, what to press at the right."""
        self.body.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(8)
        if note is not None:
            row.addWidget(note, 1, Qt.AlignmentFlag.AlignVCenter)
        else:
            row.addStretch(1)
        for button in buttons:
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(row)
        return row

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        paint.draw_box(painter, rect, theme.RADIUS_CARD, look.sunken if self._sunken else look.panel, look.line)
        if self._accent is not None:
            painter.setClipRect(QRectF(0, 0, 4, rect.height()))
            paint.draw_box(painter, rect, theme.RADIUS_CARD, look.fill(self._accent), None)


class Row(QWidget):
    """A line of a short table on a card: sign, what, how much; a hairline under it unless it is the last."""

    def __init__(
        self,
        sign: str,
        text: str,
        amount: str,
        tone: Tone = Tone.PLAIN,
        parent: QWidget | None = None,
        *,
        last: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("row")
        self._last = last
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 5, 0, 5)
        row.setSpacing(8)
        if sign:
            mark = Text(sign, Role.MONO_STRONG, tone)
            mark.setFixedWidth(14)
            row.addWidget(mark)
        self._text = Text(text, Role.BODY14)
        row.addWidget(self._text, 1)
        self._amount = Text(amount, Role.MONO14)
        row.addWidget(self._amount)
        self.setAccessibleName(f"{text}: {amount}")

    def set_amount(self, amount: str, tone: Tone = Tone.PLAIN) -> None:
        """Change how much."""
        self._amount.setText(amount)
        self._amount.set_tone(tone)
        self.setAccessibleName(f"{self._text.text()}: {amount}")

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._last:
            return
        painter = QPainter(self)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme.current().line)
