"""A week as columns of hours: when there is room, what is booked, and where the line of the present stands.

A day of 23 or 25 hours is drawn as it passes (see :mod:`exitzero.ui.widgets.day_axis`).
"""

from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from exitzero.ui import theme
from exitzero.ui.format import first_weekday, local
from exitzero.ui.theme import Role
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.calendar_items import Item, Laid, draw_line, draw_plus
from exitzero.ui.widgets.week_hours import GUTTER, WeekHours

_NAMES = 44
_ROW = 20
_MOST_ROWS = 3
_BAR = 14


def week_first(shown: date) -> date:
    """The first day of the week that a date lies in."""
    return shown - timedelta(days=(shown.weekday() - first_weekday()) % 7)


class WeekHead(QWidget):
    """The names of the days and, below them, what lasts whole days."""

    opened = Signal(object)
    day_pressed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.laid: Laid | None = None
        self.today = date(2000, 1, 1)

    def show_span(self, laid: Laid | None, today: date) -> None:
        """Show these days."""
        self.laid, self.today = laid, today
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        most = max((len(day.all_day) for day in self.laid.days), default=0) if self.laid is not None else 0
        rows = min(most, _MOST_ROWS)
        return QSize(600, _NAMES + rows * _ROW + (6 if rows else 0))

    def minimumSizeHint(self) -> QSize:
        return QSize(300, self.sizeHint().height())

    def column(self, at: int) -> tuple[float, float]:
        """The left edge and the width of a day."""
        width = (self.width() - GUTTER - _BAR) / 7
        left = round(GUTTER + at * width)
        return left, round(GUTTER + (at + 1) * width) - left

    def rows(self, at: int) -> list[tuple[QRectF, Item]]:
        """What lasts the whole of a day, and where it stands."""
        if self.laid is None:
            return []
        left, width = self.column(at)
        items = self.laid.days[at].all_day
        shown = items if len(items) <= _MOST_ROWS else items[: _MOST_ROWS - 1]
        return [(QRectF(left + 3, _NAMES + row * _ROW, width - 6, _ROW - 2), item) for row, item in enumerate(shown)]

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.laid is None:
            return
        for at, day in enumerate(self.laid.days):
            for rect, item in self.rows(at):
                if rect.contains(event.position()):
                    self.opened.emit(item)
                    return
            left, width = self.column(at)
            if left <= event.position().x() < left + width:
                self.day_pressed.emit(day.label)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        if self.laid is None:
            return
        locale = QLocale()
        for at, day in enumerate(self.laid.days):
            left, width = self.column(at)
            if at:
                painter.fillRect(QRectF(left, 8, 1, self.height()), look.line)
            ink = look.text if day.label >= self.today else look.dim
            name = locale.standaloneDayName(day.label.weekday() + 1, QLocale.FormatType.ShortFormat)
            paint.draw_text(
                painter, QRectF(left + 10, 4, width, 16), name, font=look.font(Role.LABEL12), color=look.dim
            )
            badge = QRectF(left + 7, 20, 26, 21)
            font = look.font(Role.MONO14)
            if day.label == self.today:
                paint.draw_box(painter, badge, 5, look.text, None)
                ink, font = look.background, look.font(Role.MONO_STRONG)
            centre = Qt.AlignmentFlag.AlignHCenter
            paint.draw_text(painter, badge, str(day.label.day), font=font, color=ink, align=centre)
            if day.span.turn is not None:
                hours = self.tr("{0}-hour day").format(f"{day.span.hours:g}")
                area = QRectF(left + 36, 20, width - 42, 21)
                paint.draw_text(
                    painter, area, paint.elided(look.font(Role.SMALL11), hours, area.width()),
                    font=look.font(Role.SMALL11), color=look.state(theme.State.AT_RISK),
                )  # fmt: skip
            shown = self.rows(at)
            for rect, item in shown:
                draw_line(painter, rect, item, self.laid.zone, past=day.label < self.today, chosen=False)
            if len(day.all_day) > len(shown):
                area = QRectF(left + 8, _NAMES + len(shown) * _ROW, width - 10, _ROW - 2)
                draw_plus(painter, area, len(day.all_day) - len(shown), Qt.AlignmentFlag.AlignLeft)
        if self.height() > _NAMES:
            area = QRectF(0, _NAMES, GUTTER - 8, _ROW - 2)
            right = Qt.AlignmentFlag.AlignRight
            paint.draw_text(
                painter, area, self.tr("all day"), font=look.font(Role.SMALL11), color=look.dim, align=right
            )
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), look.strong_line)


class WeekGrid(QWidget):
    """Seven days of hours under their names. Signals as :class:`exitzero.ui.widgets.month_grid.MonthGrid`."""

    opened = Signal(object)
    wished = Signal(object, object)
    moved = Signal(str, object, object)
    turned = Signal(object)
    paged = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("week-grid")
        self.head = WeekHead()
        self.hours = WeekHours()
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hours.setObjectName("page")
        self._area.setWidget(self.hours)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 4)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._area, 1)
        self.setFocusProxy(self.hours)
        self.hours.opened.connect(self.opened)
        self.hours.wished.connect(self.wished)
        self.hours.moved.connect(self.moved)
        self.hours.turned.connect(self.turned)
        self.hours.paged.connect(self.paged)
        self.hours.needs_sight.connect(self._scroll_to)
        self.head.opened.connect(self.opened)
        self.head.day_pressed.connect(self._press_day)
        self._placed = False

    def show_span(self, laid: Laid | None, now: datetime) -> None:
        """Show these seven days; None while they are being read."""
        today = local(now, laid.zone if laid is not None else "").date()
        self.head.show_span(laid, today)
        self.hours.show_span(laid, now)
        if laid is not None and not self._placed and self.isVisible():
            self._placed = True
            self._scroll_to(*self._first_sight(laid, now))

    def set_cursor(self, label: date, at: datetime | None = None) -> None:
        """Put the cursor on a day, and on an hour of it."""
        self.hours.set_cursor(label, at)

    def pass_time(self, now: datetime) -> None:
        """Say what time it is."""
        self.hours.pass_time(now)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        paint.draw_box(QPainter(self), QRectF(self.rect()), theme.RADIUS_CARD, look.panel, look.line)

    def _first_sight(self, laid: Laid, now: datetime) -> tuple[float, float]:
        """The hours to begin with: around the present, else where the first mock stands, else the morning."""
        tops = [block.top for day in laid.days for block in day.blocks if block.item.mock is not None]
        today = laid.by_date.get(local(now, laid.zone).date())
        if today is not None:
            tops.append(laid.axis.position(today.span, now))
        least = min(tops, default=8 * 60.0)
        return max(0.0, min(least, 20 * 60.0) - 60), max(tops, default=18 * 60.0) + 90

    def _scroll_to(self, top: float, bottom: float) -> None:
        bar = self._area.verticalScrollBar()
        first, last = self.hours.y_of(top), self.hours.y_of(bottom)
        height = self._area.viewport().height()
        if last > bar.value() + height:
            bar.setValue(round(min(first, last - height + 8) if last - first < height else first))
        if first < bar.value():
            bar.setValue(round(first))

    def _press_day(self, label: date) -> None:
        self.hours.set_cursor(label, None)
        self.hours.setFocus(Qt.FocusReason.MouseFocusReason)
        self.turned.emit(label)


def snapped(instant: datetime) -> datetime:
    """The instant at the full quarter of an hour before."""
    return instant.astimezone(UTC).replace(minute=instant.minute // 15 * 15, second=0, microsecond=0)


def pointed(grid: WeekGrid, label: date, position: float) -> QPointF:
    """The point in the hours where a position of a day is: for those who press there."""
    left, width = grid.hours.column_of(label)
    return QPointF(left + width / 2, grid.hours.y_of(position))
