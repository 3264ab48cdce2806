"""A year of days at a glance: which exited 0, which did not, and which nobody can know."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from PySide6.QtCore import QDate, QEvent, QLocale, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role, State
from exitzero.ui.widgets import paint

WEEKS = 53
_MONTHS = 18
_DAYS = 32
_LEGEND = 24
_BETWEEN = 2
_LEAST = 10.0
_MOST = 18.0


class DayCell(NamedTuple):
    """One judged day. ``state`` None is a day before the contract; ``tip`` is what hovering it says."""

    state: State | None
    exit_code: int | None
    tip: str
    overridden: bool = False


class _Grid(NamedTuple):
    """Where the cells are: the first day shown, how many weeks, and the step from one to the next."""

    first: date
    weeks: int
    step: float
    row: float
    left: float
    top: float


class HeatMap(QWidget):
    """The last 53 weeks as cells (fewer where the width does not hold them), a column a week.

    Arrow keys walk over the days, Enter opens one; a click does the same. State is told by colour and by shape:
    soft corners exited 0, hard corners failed, stripes are unknown, a frame is rest.
    """

    day_activated = Signal(object)
    day_pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("heat-map")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._days: dict[date, DayCell] = {}
        self._today: date | None = None
        self._first_weekday = 0
        self._cursor: date | None = None
        self._hover: date | None = None
        self._message = self.tr("Every judged day adds a cell here")
        self._legend = True
        self._revision = 0
        self._shapes: object = None
        self._painted: tuple[object, QPixmap] | None = None
        self.setAccessibleName(self.tr("Days of the year"))
        self.setAccessibleDescription(self._message)

    def set_days(self, days: Mapping[date, DayCell], today: date, first_weekday: int = 0) -> None:
        """Show these days; ``first_weekday`` is 0 for Monday to 6 for Sunday and stands in the top row."""
        shapes = (today, first_weekday, {day: (cell.state, cell.overridden) for day, cell in days.items()})
        self._days = dict(days)
        if shapes == self._shapes:
            return
        self._shapes = shapes
        self._revision += 1
        self._today = today
        self._first_weekday = first_weekday
        if self._cursor is None or self._cursor > today:
            self._cursor = today
        judged = [cell for cell in days.values() if cell.exit_code is not None]
        good = sum(1 for cell in judged if cell.exit_code == 0)
        self.setAccessibleDescription(
            self.tr("{0} of {1} judged days exited 0").format(good, len(judged)) if judged else self._message
        )
        self.update()

    def set_message(self, text: str) -> None:
        """What will fill it, shown while no day is there."""
        self._message = text
        self.update()

    def set_legend(self, shown: bool) -> None:
        """Show or leave out the line that explains the shapes."""
        self._legend = shown
        self._revision += 1
        self.updateGeometry()
        self.update()

    @property
    def cursor_day(self) -> date | None:
        """The day the keyboard is on."""
        return self._cursor

    @property
    def weeks_shown(self) -> int:
        """How many weeks the width holds."""
        grid = self._grid()
        return grid.weeks if grid else 0

    def day_rect(self, day: date) -> QRectF:
        """Where a day's cell lies; empty when it is not shown."""
        grid = self._grid()
        if grid is None or self._today is None or not grid.first <= day <= self._today:
            return QRectF()
        return self._rect(grid, (day - grid.first).days)

    def day_at(self, position: QPoint) -> date | None:
        """The day under a point, or None."""
        grid = self._grid()
        if grid is None or self._today is None:
            return None
        week = int((position.x() - grid.left) // grid.step)
        row = int((position.y() - grid.top) // grid.row)
        if not (0 <= week < grid.weeks and 0 <= row < 7) or position.x() < grid.left:
            return None
        day = grid.first + timedelta(days=week * 7 + row)
        return day if day <= self._today else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        step = min(max((width - _DAYS) / WEEKS, _LEAST), _MOST)
        return _MONTHS + round(int(step) * 7) + (_LEGEND if self._legend else 0)

    def sizeHint(self) -> QSize:
        width = _DAYS + WEEKS * 12
        return QSize(width, self.heightForWidth(max(self.width(), width) if self.isVisible() else width))

    def minimumSizeHint(self) -> QSize:
        return QSize(_DAYS + 16 * int(_LEAST), _MONTHS + 7 * int(_LEAST))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            day = self.day_at(event.pos())
            if day is not None:
                QToolTip.showText(event.globalPos(), self.tip(day), self, self.day_rect(day).toAlignedRect())
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def tip(self, day: date) -> str:
        """What a day says of itself when pointed at."""
        cell = self._days.get(day)
        if cell is not None and cell.tip:
            return cell.tip
        return (
            QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)
            + " · "
            + self.tr("not judged")
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.day_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        day = self.day_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and day is not None:
            self._go(day)
            self.day_activated.emit(day)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._cursor is not None:
            self.setAccessibleDescription(self.tip(self._cursor))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -7,
            Qt.Key.Key_Right: 7,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -28,
            Qt.Key.Key_PageDown: 28,
        }
        key = Qt.Key(event.key())
        grid = self._grid()
        if grid is None or self._today is None or self._cursor is None:
            super().keyPressEvent(event)
        elif key in steps:
            self._go(self._cursor + timedelta(days=steps[key]))
        elif key is Qt.Key.Key_Home:
            self._go(grid.first)
        elif key is Qt.Key.Key_End:
            self._go(self._today)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.day_activated.emit(self._cursor)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        grid = self._grid()
        if grid is None or self._today is None:
            self._paint_empty(painter)
            return
        painter.drawPixmap(0, 0, self._sheet(grid, self._today))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter)

    def _sheet(self, grid: _Grid, today: date) -> QPixmap:
        """The cells and words, painted once; pointing at days repaints only the marks above them."""
        ratio = self.devicePixelRatioF()
        key = (grid, self.width(), self.height(), ratio, self._revision, theme.current().mode)
        if self._painted is None or self._painted[0] != key:
            sheet = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
            sheet.setDevicePixelRatio(ratio)
            sheet.fill(Qt.GlobalColor.transparent)
            painter = QPainter(sheet)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_cells(painter, grid, today)
            self._paint_words(painter, grid)
            painter.end()
            self._painted = (key, sheet)
        return self._painted[1]

    def _paint_cells(self, painter: QPainter, grid: _Grid, today: date) -> None:
        """All cells, colour by colour, so that pen and brush change six times and not 371."""
        look = theme.current()
        groups: dict[State | None, list[QRectF]] = {}
        dots: list[QPointF] = []
        for index in range((today - grid.first).days + 1):
            day = grid.first + timedelta(days=index)
            cell = self._days.get(day)
            rect = self._rect(grid, index)
            groups.setdefault(cell.state if cell else None, []).append(rect)
            if cell is not None and cell.overridden:
                dots.append(rect.center())
        soft = max(2.0, grid.step * 0.28)
        painter.setPen(Qt.PenStyle.NoPen)
        for state, rects in groups.items():
            corner = soft
            inset = 0.0
            if state is None:
                painter.setBrush(theme.mix(look.track, look.panel, 0.75))
            elif state is State.UNKNOWN:
                color = look.state(state)
                painter.setBrush(paint.hatch(color, theme.mix(color, look.panel, 0.2), self.devicePixelRatioF()))
            elif state is State.FAILED:
                painter.setBrush(theme.mix(look.state(state), look.panel, 0.64 if look.dark else 0.78))
                corner = 0.0
            elif state is State.REST:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(look.faint, 1))
                inset = 0.5
            else:
                painter.setBrush(theme.mix(look.fill(state), look.panel, 0.58 if look.dark else 0.74))
            for rect in rects:
                painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), corner, corner)
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.text if look.dark else look.panel)
        for dot in dots:
            painter.drawEllipse(dot, 1.8, 1.8)

    def _paint_empty(self, painter: QPainter) -> None:
        """The cells that days will fill, and what fills them."""
        look = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.mix(look.track, look.panel, 0.6))
        step = min(max(self.width() / WEEKS, _LEAST), _MOST)
        row = float(int(step))
        for week in range(min(WEEKS, int(self.width() / step))):
            for line in range(7):
                left = round(week * step)
                side = round((week + 1) * step) - left - _BETWEEN
                painter.drawRoundedRect(QRectF(left, _MONTHS + line * row, side, row - _BETWEEN), 2, 2)
        font = look.font(Role.BODY13)
        words = paint.elided(font, self._message, self.width() - 40)
        box = QRectF(0, 0, paint.text_width(font, words) + 28, 32)
        box.moveCenter(QPointF(self.width() / 2, _MONTHS + row * 3.5 - 1))
        paint.draw_box(painter, box, 6, look.panel, look.line)
        paint.draw_text(painter, box, words, font=font, color=look.dim, align=Qt.AlignmentFlag.AlignHCenter)

    def _paint_marks(self, painter: QPainter) -> None:
        look = theme.current()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._today is not None:
            painter.setPen(QPen(look.text, 1.5))
            painter.drawRoundedRect(self.day_rect(self._today).adjusted(-1, -1, 1, 1), 3, 3)
        if self._hover is not None and self._hover != self._today:
            painter.setPen(QPen(look.dim, 1.5))
            painter.drawRoundedRect(self.day_rect(self._hover).adjusted(-1, -1, 1, 1), 3, 3)
        if self.hasFocus() and self._cursor is not None:
            paint.draw_focus_ring(painter, self.day_rect(self._cursor).adjusted(-3, -3, 3, 3), 4)

    def _paint_words(self, painter: QPainter, grid: _Grid) -> None:
        look = theme.current()
        font = look.font(Role.SMALL11)
        locale = QLocale()
        free = grid.left
        for week in range(grid.weeks):
            day = grid.first + timedelta(days=week * 7)
            if day.day > 7:
                continue
            name = locale.standaloneMonthName(day.month, QLocale.FormatType.ShortFormat)
            left = grid.left + week * grid.step
            width = paint.text_width(font, name)
            if left >= free and left + width <= self.width():
                paint.draw_text(painter, QRectF(left, -2, width + 2, _MONTHS - 2), name, font=font, color=look.dim)
                free = left + width + 10
        for row in (0, 2, 4):
            weekday = (self._first_weekday + row) % 7 + 1
            name = locale.standaloneDayName(weekday, QLocale.FormatType.ShortFormat)[:3]
            area = QRectF(0, grid.top + row * grid.row - 3, _DAYS - 6, grid.row + 4)
            paint.draw_text(painter, area, name, font=font, color=look.dim)
        top = grid.top + 7 * grid.row
        if self._legend and self.height() >= top + _LEGEND - 6:
            self._paint_legend(painter, QRectF(grid.left, top + 6, self.width() - grid.left, 18))

    def _paint_legend(self, painter: QPainter, area: QRectF) -> None:
        look = theme.current()
        font = look.font(Role.SMALL11)
        left = area.left()
        words = (
            (State.SAFE, self.tr("exit 0")),
            (State.FAILED, self.tr("failed")),
            (State.UNKNOWN, self.tr("unknown")),
            (State.REST, self.tr("rest")),
        )
        for state, word in words:
            box = QRectF(left, area.center().y() - 5, 10, 10)
            color = look.state(state)
            painter.setPen(Qt.PenStyle.NoPen)
            corner = 3.0
            if state is State.UNKNOWN:
                painter.setBrush(paint.hatch(color, theme.mix(color, look.panel, 0.2), self.devicePixelRatioF()))
            elif state is State.REST:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(look.faint, 1))
                box = box.adjusted(0.5, 0.5, -0.5, -0.5)
            else:
                corner = 0.0 if state is State.FAILED else 3.0
                painter.setBrush(theme.mix(color, look.panel, 0.7))
            painter.drawRoundedRect(box, corner, corner)
            width = paint.text_width(font, word)
            if left + 16 + width > area.right():
                return
            paint.draw_text(
                painter, QRectF(left + 16, area.top(), width + 2, area.height()), word, font=font, color=look.dim
            )
            left += 16 + width + 16

    def _grid(self) -> _Grid | None:
        if self._today is None or not self._days:
            return None
        room = self.width() - _DAYS
        weeks = max(1, min(WEEKS, int(room // _LEAST)))
        step = min(room / weeks, _MOST)
        into = (self._today.weekday() - self._first_weekday) % 7
        first = self._today - timedelta(days=into + 7 * (weeks - 1))
        return _Grid(first, weeks, step, float(int(step)), float(_DAYS), float(_MONTHS))

    def _rect(self, grid: _Grid, index: int) -> QRectF:
        # Whole pixels: the gaps stay equal and the edges sharp, a column may be a pixel wider than the next.
        week, row = divmod(index, 7)
        left = round(grid.left + week * grid.step)
        right = round(grid.left + (week + 1) * grid.step)
        return QRectF(left, grid.top + row * grid.row, right - left - _BETWEEN, grid.row - _BETWEEN)

    def _go(self, day: date) -> None:
        grid = self._grid()
        if grid is None or self._today is None:
            return
        self._cursor = min(max(day, grid.first), self._today)
        self.setAccessibleDescription(self.tip(self._cursor))
        self.day_pointed.emit(self._cursor)
        self.update()

    def _point(self, day: date | None) -> None:
        if day != self._hover:
            self._hover = day
            self.setCursor(Qt.CursorShape.PointingHandCursor if day else Qt.CursorShape.ArrowCursor)
            self.day_pointed.emit(day)
            self.update()
