"""Small signs of state: a chip with shape and word, a figure with its unit, a meter of pieces."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import paint

_MARK = 9
_METER_HEIGHT = 8
_MOST_PIECES = 24


class Chip(QWidget):
    """A state as shape, colour and word. ``solid`` is the day's own; cards take the plain one."""

    def __init__(
        self, state: State = State.UNKNOWN, word: str = "", parent: QWidget | None = None, *, solid: bool = False
    ) -> None:
        super().__init__(parent)
        self.setObjectName("chip")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._solid = solid
        self._state = state
        self._word = word
        self.set_state(state, word)

    @property
    def state(self) -> State:
        """The state shown."""
        return self._state

    def set_state(self, state: State, word: str = "") -> None:
        """Show a state; ``word`` says it in the card's own word (MISSING, COVERED), else the state's."""
        word = word or state.word
        if (state, word) == (self._state, self._word) and self.accessibleName():
            return
        self._state, self._word = state, word
        self.setAccessibleName(self._word)
        self.setAccessibleDescription(state.word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = paint.text_width(self._font(), self._shown()) + _MARK + 7
        return QSize(math.ceil(width) + (22 if self._solid else 1), 26 if self._solid else 20)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        color = look.state(self._state)
        rect = QRectF(self.rect())
        left = 0.0
        ink = color
        if self._solid:
            ink = look.ink(self._state)
            left = 11.0
            paint.draw_box(painter, rect, theme.RADIUS_CONTROL, look.fill(self._state), None)
        mark = QRectF(left, (rect.height() - _MARK) / 2, _MARK, _MARK)
        paint.draw_state_mark(painter, self._state, mark, ink)
        area = QRectF(left + _MARK + 7, 0, rect.width(), rect.height())
        paint.draw_text(painter, area, self._shown(), font=self._font(), color=ink)

    def _shown(self) -> str:
        return self._word.upper() if self._solid else self._word

    def _font(self) -> QFont:
        return theme.current().font(Role.MONO_STRONG if self._solid else Role.LABEL12)


class Figure(QWidget):
    """A number that counts, with its unit in small beside it on the same line: ``2 / 5 proven today``."""

    def __init__(
        self, value: str = "", unit: str = "", parent: QWidget | None = None, *, role: Role = Role.FIGURE40
    ) -> None:
        super().__init__(parent)
        self.setObjectName("figure")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._role = role
        self._value = value
        self._unit = unit
        self._tone = Tone.PLAIN
        self.set_value(value, unit)

    def set_value(self, value: str, unit: str = "", tone: Tone = Tone.PLAIN) -> None:
        """Show a number and its unit."""
        changed = (value, unit) != (self._value, self._unit)
        if not changed and tone is self._tone and self.accessibleName():
            return
        self._value, self._unit, self._tone = value, unit, tone
        self.setAccessibleName(f"{value} {unit}".strip())
        if changed:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        look = theme.current()
        big = QFontMetricsF(look.font(self._role))
        width = big.horizontalAdvance(self._value)
        if self._unit:
            width += self._gap() + paint.text_width(look.font(self._unit_role()), self._unit)
        return QSize(math.ceil(width) + 2, math.ceil(big.capHeight() + 14))

    def minimumSizeHint(self) -> QSize:
        look = theme.current()
        hint = self.sizeHint()
        return QSize(math.ceil(paint.text_width(look.font(self._role), self._value)) + 2, hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        big = look.font(self._role)
        metrics = QFontMetricsF(big)
        baseline = round((self.height() + metrics.capHeight()) / 2)
        painter.setFont(big)
        painter.setPen(look.tone(self._tone))
        painter.drawText(0, baseline, self._value)
        left = metrics.horizontalAdvance(self._value) + self._gap()
        small = look.font(self._unit_role())
        painter.setFont(small)
        painter.setPen(look.dim)
        painter.drawText(round(left), baseline, paint.elided(small, self._unit, self.width() - left))

    def _gap(self) -> float:
        return 2.0 if self._unit in {"%"} else 12.0

    def _unit_role(self) -> Role:
        return Role.FIGURE28 if self._role is Role.FIGURE64 else Role.MONO_UNIT


class Meter(QWidget):
    """How far along, in pieces that can be counted; beyond 24 pieces it becomes one bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("meter")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pieces: tuple[State | None, ...] = (None,)
        self._share: float | None = None
        self._state = State.SAFE
        self.setAccessibleName(self.tr("Progress"))

    def set_progress(self, done: int, target: int, state: State = State.SAFE) -> None:
        """``done`` of ``target`` pieces are filled in the state's colour; more than all is all."""
        filled = max(0, min(done, target))
        share = filled / target if target > _MOST_PIECES else None
        count = max(target, 1) if share is None else 1
        pieces = tuple(state if index < filled else None for index in range(count))
        told = self.tr("{0} of {1}").format(done, target)
        if (state, share, pieces, told) == (self._state, self._share, self._pieces, self.accessibleDescription()):
            return
        self._state, self._share, self._pieces = state, share, pieces
        self.setAccessibleDescription(told)
        self.update()

    def set_pieces(self, pieces: Sequence[State | None], description: str = "") -> None:
        """A piece for each thing (a day, a mock) in its own state; None is one with nothing in it."""
        self._share = None
        self._pieces = tuple(pieces) or (None,)
        self.setAccessibleDescription(
            description or ", ".join(piece.word.lower() if piece else self.tr("nothing") for piece in self._pieces)
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, _METER_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, _METER_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ratio = self.devicePixelRatioF()
        count = len(self._pieces)
        between = 4.0
        width = (self.width() - between * (count - 1)) / count
        for index, piece in enumerate(self._pieces):
            left = round(index * (width + between))
            right = round(index * (width + between) + width)
            rect = QRectF(left, 0, max(right - left, 1), self.height())
            if piece is State.UNKNOWN:
                color = look.state(piece)
                painter.setBrush(paint.hatch(color, theme.mix(color, look.panel, 0.25), ratio))
            else:
                painter.setBrush(look.fill(piece) if piece and self._share is None else look.track)
            painter.drawRoundedRect(rect, 2, 2)
            if piece is State.REST:
                painter.setBrush(look.panel)
                painter.drawRoundedRect(rect.adjusted(1.5, 1.5, -1.5, -1.5), 1, 1)
        if self._share:
            painter.setBrush(look.fill(self._state))
            painter.drawRoundedRect(QRectF(0, 0, max(self.width() * self._share, 4.0), self.height()), 2, 2)
