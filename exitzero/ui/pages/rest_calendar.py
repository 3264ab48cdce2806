"""A month to pick rest days from: what is planned, what can be, and why the next days cannot."""

from datetime import date, timedelta

from PySide6.QtCore import QDate, QEvent, QLocale, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from exitzero.core.contract import HORIZON
from exitzero.ui import theme
from exitzero.ui.format import day_text
from exitzero.ui.theme import Role, State
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.card import Button, Kind, Text

_CELL_WIDTH = 40
_CELL_HEIGHT = 30
_HEAD = 22
_WEEKS = 6


class RestCalendar(QWidget):
    """Months of days; a press or Space plans a rest day or takes it back. Arrows walk, Page Up and Down turn months.

    ``refused`` says why a day cannot be taken; nothing is changed then.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = _Month(self)
        self._title = Text("", Role.STRONG13)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        before = Button("", Kind.QUIET, icon="control/chevron-left", small=True)
        before.setAccessibleName(self.tr("Previous month"))
        before.clicked.connect(self._back)
        after = Button("", Kind.QUIET, icon="control/chevron-right", small=True)
        after.setAccessibleName(self.tr("Next month"))
        after.clicked.connect(self._forward)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(before)
        head.addWidget(self._title, 1)
        head.addWidget(after)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.grid)
        self.setFixedWidth(_CELL_WIDTH * 7)
        self.setFocusProxy(self.grid)
        self.grid.toggled.connect(self.changed)
        self.grid.refused.connect(self.refused)
        self.grid.turned.connect(self._retitle)

    def set_today(self, today: date, first_weekday: int = 0) -> None:
        """Say what today is; the calendar opens where a rest day can first be planned."""
        self.grid.set_today(today, first_weekday)

    def days(self) -> frozenset[date]:
        """The rest days that are planned."""
        return self.grid.chosen

    def choose(self, days: frozenset[date]) -> None:
        """Show these as planned."""
        self.grid.chosen = days
        self.grid.update()

    def reason_against(self, day: date) -> str:
        """Why a day cannot be planned as rest, empty if it can."""
        return self.grid.reason_against(day)

    def _back(self) -> None:
        self.grid.turn(-1)

    def _forward(self) -> None:
        self.grid.turn(1)

    def _retitle(self) -> None:
        first = self.grid.first
        self._title.setText(QLocale().toString(QDate(first.year, first.month, 1), "MMMM yyyy"))


class _Month(QWidget):
    toggled = Signal()
    refused = Signal(str)
    turned = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(_CELL_WIDTH * 7, _HEAD + _CELL_HEIGHT * _WEEKS)
        self.setAccessibleName(self.tr("Rest days"))
        self.chosen: frozenset[date] = frozenset()
        self.first = date(2000, 1, 1)
        self._today = date(2000, 1, 1)
        self._cursor = self._today
        self._hover: date | None = None
        self._first_weekday = 0

    def set_today(self, today: date, first_weekday: int) -> None:
        fresh = today != self._today
        self._today, self._first_weekday = today, first_weekday
        if fresh:
            self._move(today + HORIZON)
        self.update()

    def reason_against(self, day: date) -> str:
        if day in self.chosen:
            if day < self._today:
                return self.tr("{0} is over; what it was stays.").format(day_text(day))
            return ""
        if day < self._today:
            return self.tr("{0} is over.").format(day_text(day))
        if day < self._today + HORIZON:
            return self.tr(
                "{0} is too near: rest is planned at least {1} days ahead, so from {2} on. "
                "For an emergency there is the pass on the day's own page."
            ).format(day_text(day), HORIZON.days, day_text(self._today + HORIZON))
        return ""

    def turn(self, months: int) -> None:
        """Go to another month, the keyboard with it."""
        count = self.first.year * 12 + self.first.month - 1 + months
        year, month = divmod(count, 12)
        last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
        self._move(date(year, month + 1, min(self._cursor.day, last)))

    def sizeHint(self) -> QSize:
        return self.size()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            day = self._day_at(event.pos())
            if day is not None:
                QToolTip.showText(event.globalPos(), self._words(day), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}
        key = Qt.Key(event.key())
        if key in steps:
            self._move(self._cursor + timedelta(days=steps[key]))
        elif key is Qt.Key.Key_PageUp:
            self.turn(-1)
        elif key is Qt.Key.Key_PageDown:
            self.turn(1)
        elif key in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._toggle(self._cursor)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        day = self._day_at(event.position().toPoint())
        if day != self._hover:
            self._hover = day
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover = None
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        day = self._day_at(event.position().toPoint())
        if day is not None and event.button() == Qt.MouseButton.LeftButton:
            self._move(day)
            self._toggle(day)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        locale = QLocale()
        centre = Qt.AlignmentFlag.AlignHCenter
        small = look.font(Role.SMALL11)
        for column in range(7):
            name = locale.standaloneDayName((self._first_weekday + column) % 7 + 1, QLocale.FormatType.ShortFormat)[:2]
            area = QRectF(column * _CELL_WIDTH, 0, _CELL_WIDTH, _HEAD)
            paint.draw_text(painter, area, name, font=small, color=look.dim, align=centre)
        for index in range(7 * _WEEKS):
            self._paint_day(painter, self._start() + timedelta(days=index), index)

    def _paint_day(self, painter: QPainter, day: date, index: int) -> None:
        look = theme.current()
        cell = QRectF(index % 7 * _CELL_WIDTH, _HEAD + index // 7 * _CELL_HEIGHT, _CELL_WIDTH, _CELL_HEIGHT).adjusted(
            2, 2, -2, -2
        )
        inside = day.month == self.first.month
        near = self._today <= day < self._today + HORIZON
        ink = look.text if inside else look.faint
        if day < self._today:
            ink = look.faint
        if near and day not in self.chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(paint.hatch(theme.mix(look.dim, look.panel, 0.22), look.panel, self.devicePixelRatioF()))
            painter.drawRoundedRect(cell, 6, 6)
            ink = look.dim
        if day in self.chosen:
            color = look.tone("info")
            paint.draw_box(painter, cell, 6, theme.mix(color, look.panel, 0.2), color)
            paint.draw_state_mark(painter, State.REST, QRectF(cell.left() + 4, cell.center().y() - 4, 8, 8), color)
            ink = look.text
        elif day == self._hover and not self.reason_against(day):
            paint.draw_box(painter, cell, 6, look.raised, look.strong_line)
        if day == self._today:
            painter.setPen(QPen(look.text, 1.5))
            painter.drawLine(cell.bottomLeft() + QPoint(10, -1), cell.bottomRight() + QPoint(-10, -1))
        paint.draw_text(
            painter,
            cell.adjusted(8 if day in self.chosen else 0, 0, 0, 0),
            str(day.day),
            font=look.font(Role.MONO13),
            color=ink,
            align=Qt.AlignmentFlag.AlignHCenter,
        )
        if self.hasFocus() and day == self._cursor:
            paint.draw_focus_ring(painter, cell, 6)

    def _start(self) -> date:
        return self.first - timedelta(days=(self.first.weekday() - self._first_weekday) % 7)

    def _day_at(self, position: QPoint) -> date | None:
        column, row = position.x() // _CELL_WIDTH, (position.y() - _HEAD) // _CELL_HEIGHT
        if not (0 <= column < 7 and 0 <= row < _WEEKS) or position.y() < _HEAD:
            return None
        return self._start() + timedelta(days=row * 7 + column)

    def _move(self, day: date) -> None:
        self._cursor = day
        self.first = day.replace(day=1)
        self.setAccessibleDescription(self._words(day))
        self.turned.emit()
        self.update()

    def _words(self, day: date) -> str:
        state = self.tr("rest") if day in self.chosen else self.tr("owed")
        return self.reason_against(day) or f"{day_text(day, year=True)}: {state}"

    def _toggle(self, day: date) -> None:
        reason = self.reason_against(day)
        if reason:
            self.refused.emit(reason)
            return
        self.chosen = self.chosen ^ {day}
        self.setAccessibleDescription(self._words(day))
        self.update()
        self.refused.emit("")
        self.toggled.emit()
