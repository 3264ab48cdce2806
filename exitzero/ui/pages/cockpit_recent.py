"""The last days under the heat map, a line a day, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from exitzero.ui import format as words
from exitzero.ui import theme
from exitzero.ui.theme import Role, State
from exitzero.ui.widgets import paint

if TYPE_CHECKING:
    from exitzero.engine.views import YearDay

_ROW = 30
_TOP = 6
_MARK = 9
_DAY = 92
_CODE = 64
_MOST = 14


class RecentDays(QWidget):
    """Newest first: sign, day, what the verdict said, exit code. A click opens the day (keys: the heat map)."""

    day_activated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recent-days")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("The last days"))
        self._days: tuple[YearDay, ...] = ()
        self._hover: int | None = None

    def set_days(self, days: Sequence[YearDay], today: date) -> None:
        """Show the days before today, the newest first."""
        past = [day for day in days if day.label < today]
        self._days = tuple(reversed(past[-_MOST:]))
        told = (f"{words.day_text(day.label)}: {day.words}" for day in self._days[:7])
        self.setAccessibleDescription("; ".join(told))
        self.update()

    @property
    def shown(self) -> int:
        """How many days the height holds."""
        return max(0, min(len(self._days), (self.height() - _TOP) // _ROW))

    def sizeHint(self) -> QSize:
        return QSize(240, _TOP + 4 * _ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 0)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._row_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self.day_activated.emit(self._days[row].label)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        font = look.font(Role.BODY13)
        for row in range(self.shown):
            day = self._days[row]
            top = _TOP + row * _ROW
            area = QRectF(0, top, self.width(), _ROW)
            painter.fillRect(QRectF(0, top, self.width(), 1), look.line)
            if row == self._hover:
                painter.fillRect(area.adjusted(0, 1, 0, 0), look.raised)
            state = words.outcome_state(day.state) or State.UNKNOWN
            mark = QRectF(2, area.center().y() - _MARK / 2, _MARK, _MARK)
            paint.draw_state_mark(painter, state, mark, look.state(state))
            label = QRectF(22, top, _DAY, _ROW)
            paint.draw_text(painter, label, words.day_text(day.label), font=font, color=look.text)
            room = self.width() - 22 - _DAY - _CODE - 8
            if room > 40:
                told = paint.elided(font, day.words, room)
                place = QRectF(22 + _DAY, top, room, _ROW)
                paint.draw_text(painter, place, told, font=font, color=look.dim)
            code = "–" if day.exit_code is None else self.tr("exit {0}").format(day.exit_code)
            paint.draw_text(
                painter,
                area.adjusted(0, 0, -2, 0),
                code,
                font=look.font(Role.MONO13),
                color=look.state(state) if day.exit_code else look.dim,
                align=Qt.AlignmentFlag.AlignRight,
            )

    def _row_at(self, y: float) -> int | None:
        row = int((y - _TOP) // _ROW)
        return row if y >= _TOP and 0 <= row < self.shown else None

    def _point(self, row: int | None) -> None:
        if row != self._hover:
            self._hover = row
            self.setCursor(Qt.CursorShape.ArrowCursor if row is None else Qt.CursorShape.PointingHandCursor)
            self.update()
