"""A month as a grid of days: mocks in their state's colour, other calendars dim, all by mouse and keyboard.

Long, because a month's painting, keys and mouse all go by the same rows of lanes.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from PySide6.QtCore import QEvent, QLocale, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from exitzero.ui import theme
from exitzero.ui.format import day_long, day_text, first_weekday, local, zone
from exitzero.ui.theme import Role
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.calendar_items import Item, Laid, LaidDay, draw_line, draw_plus, is_past, moved_to, spoken

WEEKS = 6
_HEAD = 26
_ROW = 20
_DRAG = 6
DEFAULT_HOUR = time(18, 0)


def month_first(shown: date) -> date:
    """The first day in the grid of the month that a date lies in."""
    first = shown.replace(day=1)
    return first - timedelta(days=(first.weekday() - first_weekday()) % 7)


def _by_time(item: Item) -> datetime:
    return item.starts


class MonthGrid(QWidget):
    """Six weeks. The cursor is a day; Enter opens what is chosen in it, or makes a new one.

    ``wished`` asks for a new interview (from, to), ``moved`` for another time of one. ``turned`` says that the cursor
    stands on another day, also outside of what is shown. ``week_wished`` opens the week of a day.
    """

    opened = Signal(object)
    wished = Signal(object, object)
    moved = Signal(str, object, object)
    turned = Signal(object)
    week_wished = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("month-grid")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Month"))
        self.laid: Laid | None = None
        self.shown = date(2000, 1, 1)
        self.cursor_day = self.shown
        self.chosen: Item | None = None
        self.ghost: date | None = None
        self.moving: Item | None = None
        self._now = datetime(2000, 1, 1, tzinfo=UTC)
        self._pressed: QPointF | None = None
        self._pressed_item: Item | None = None
        self._selected: tuple[date, date] | None = None

    def show_span(self, laid: Laid | None, shown: date, now: datetime) -> None:
        """Show the month of ``shown`` with these days; None while they are being read."""
        self.laid, self.shown, self._now = laid, shown, now
        self.chosen = self._same(self.chosen)
        self._tell()
        self.update()

    def set_cursor(self, label: date) -> None:
        """Put the cursor on a day."""
        before, self.cursor_day = self.cursor_day, label
        self.chosen = None
        self._tell()
        for each in (before, label):
            self.update(self.cell(each).toAlignedRect())

    def pass_time(self, now: datetime) -> None:
        """Say what time it is."""
        self._now = now
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(840, 560)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, _HEAD + WEEKS * 28)

    @property
    def first(self) -> date:
        """The first day that is shown."""
        return month_first(self.shown)

    def cell(self, label: date) -> QRectF:
        """Where a day stands."""
        index = (label - self.first).days
        width, height = self.width() / 7, (self.height() - _HEAD) / WEEKS
        column, row = index % 7, index // 7
        left, top = round(column * width), round(_HEAD + row * height)
        return QRectF(left, top, round((column + 1) * width) - left, round(_HEAD + (row + 1) * height) - top)

    def day_at(self, place: QPointF) -> date | None:
        """The day under a point."""
        if not (0 <= place.x() < self.width() and _HEAD <= place.y() < self.height()):
            return None
        column = int(place.x() * 7 / self.width())
        row = int((place.y() - _HEAD) * WEEKS / (self.height() - _HEAD))
        return self.first + timedelta(days=min(row, WEEKS - 1) * 7 + column)

    def rows(self, label: date) -> list[tuple[QRectF, Item]]:
        """What is shown in a day, and where; mocks never give way to other events."""
        day = self._day(label)
        if day is None:
            return []
        cell = self.cell(label)
        room = max(0, int((cell.height() - 26) // _ROW))
        whole = len(day.items)
        count = room if whole <= room or room < 2 else room - 1
        shown: Sequence[Item] = day.items
        if count < whole:
            mocks = day.mocks[:count]
            long = day.all_day[: count - len(mocks)]
            others = day.others[: count - len(mocks) - len(long)]
            shown = [*long, *sorted((*mocks, *others), key=_by_time)]
        return [
            (QRectF(cell.left() + 4, cell.top() + 24 + at * _ROW, cell.width() - 8, _ROW - 2), item)
            for at, item in enumerate(shown)
        ]

    def item_at(self, place: QPointF) -> Item | None:
        """The item under a point."""
        label = self.day_at(place)
        if label is None:
            return None
        return next((item for rect, item in self.rows(label) if rect.contains(place)), None)

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shift = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}
        if control and key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._choose_next(-1 if key == Qt.Key.Key_Up else 1)
        elif key in steps and (shift or self.moving is not None):
            self._move_by_keys(steps[key])
        elif key in steps and event.modifiers() in {
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        }:
            self._step(self.cursor_day + timedelta(days=steps[key]))
        elif key == Qt.Key.Key_Home:
            self._step(self.cursor_day - timedelta(days=(self.cursor_day - self.first).days % 7))
        elif key == Qt.Key.Key_End:
            self._step(self.cursor_day + timedelta(days=6 - (self.cursor_day - self.first).days % 7))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._enter()
        elif key == Qt.Key.Key_Escape and self.moving is not None:
            self._drop()
        else:
            super().keyPressEvent(event)

    def _step(self, label: date) -> None:
        self.set_cursor(label)
        self.turned.emit(label)

    def _choose_next(self, step: int) -> None:
        day = self._day(self.cursor_day)
        items = list(day.items) if day is not None else []
        if not items:
            return
        at = next((index for index, item in enumerate(items) if item is self.chosen), -1 if step > 0 else 0)
        self.chosen = items[(at + step) % len(items)]
        self._tell()
        self.update()

    def _move_by_keys(self, days: int) -> None:
        if self.moving is None:
            item = self.chosen or self._first_mock()
            if item is None or not item.movable:
                return
            self.moving = item
        self.ghost = (self.ghost or local(self.moving.starts, self._zone()).date()) + timedelta(days=days)
        self.setAccessibleDescription(
            self.tr("Moving {0} to {1}. Enter puts it there, Escape leaves it.").format(
                self.moving.title, day_text(self.ghost)
            )
        )
        if self._day(self.ghost) is None:
            self.turned.emit(self.ghost)
        self.update()

    def _enter(self) -> None:
        if self.moving is not None:
            self._put()
            return
        item = self.chosen or self._first_mock()
        if item is not None:
            self.opened.emit(item)
        else:
            self.wish(self.cursor_day)

    def _first_mock(self) -> Item | None:
        day = self._day(self.cursor_day)
        return day.mocks[0] if day is not None and day.mocks else None

    def wish(self, label: date) -> None:
        """Ask for a new interview on a day, at an hour that is usual."""
        starts = datetime.combine(label, DEFAULT_HOUR, tzinfo=zone(self._zone())).astimezone(UTC)
        self.wished.emit(starts, starts + timedelta(hours=1))

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = event.position()
        label = self.day_at(place)
        if label is None:
            return
        self._pressed, self._pressed_item = place, self.item_at(place)
        if label != self.cursor_day or self._pressed_item is not self.chosen:
            self.cursor_day = label
            self.chosen = self._pressed_item
            self.turned.emit(label)
            self._tell()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            item = self.item_at(place)
            self.setCursor(Qt.CursorShape.PointingHandCursor if item is not None else Qt.CursorShape.ArrowCursor)
            return
        if (place - self._pressed).manhattanLength() < _DRAG and self.ghost is None and self._selected is None:
            return
        label = self.day_at(place)
        if label is None:
            return
        if self._pressed_item is not None:
            if self._pressed_item.movable:
                self.moving, self.ghost = self._pressed_item, label
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            first = self.day_at(self._pressed)
            if first is not None:
                self._selected = (min(first, label), max(first, label))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            return
        if self.moving is not None:
            self._put()
        elif self._selected is not None:
            first = self._selected[0]
            self._selected = None
            self.wish(first)
        elif self._pressed_item is not None and self.item_at(event.position()) is self._pressed_item:
            self.opened.emit(self._pressed_item)
        elif self._pressed_item is None:
            label = self.day_at(event.position())
            day = self._day(label) if label is not None else None
            shown = len(self.rows(label)) if label is not None else 0
            if label is not None and day is not None and shown < len(day.items):
                wanted = self._plus(label, shown).contains(pressed)
                if wanted:
                    self.week_wished.emit(label)
        self._pressed_item = None
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        label = self.day_at(event.position())
        if label is not None and self.item_at(event.position()) is None:
            self.wish(label)

    def _put(self) -> None:
        item, label = self.moving, self.ghost
        self._drop()
        if item is None or label is None or label == local(item.starts, self._zone()).date():
            return
        self.cursor_day = label
        self.moved.emit(item.uid, *moved_to(item, label, self._zone()))

    def _drop(self) -> None:
        self.moving = self.ghost = self._selected = None
        self.unsetCursor()
        self._tell()
        self.update()

    # Painting

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            item = self.item_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), spoken(item, self._zone()) if item is not None else "", self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        paint.draw_box(painter, QRectF(self.rect()), theme.RADIUS_CARD, look.panel, look.line)
        locale = QLocale()
        small = look.font(Role.LABEL12)
        for column in range(7):
            name = locale.standaloneDayName((first_weekday() + column) % 7 + 1, QLocale.FormatType.ShortFormat)
            cell = self.cell(self.first + timedelta(days=column))
            area = QRectF(cell.left() + 8, 0, cell.width() - 8, _HEAD)
            paint.draw_text(painter, area, name, font=small, color=look.dim)
        today = local(self._now, self._zone()).date()
        for index in range(WEEKS * 7):
            label = self.first + timedelta(days=index)
            if event.rect().intersects(self.cell(label).toRect()):
                self._paint_day(painter, label, today)

    def _paint_day(self, painter: QPainter, label: date, today: date) -> None:
        look = theme.current()
        cell = self.cell(label)
        inside = label.month == self.shown.month
        painter.fillRect(QRectF(cell.left(), cell.top(), cell.width(), 1), look.line)
        if (label - self.first).days % 7:
            painter.fillRect(QRectF(cell.left(), cell.top(), 1, cell.height()), look.line)
        wanted = self._selected is not None and self._selected[0] <= label <= self._selected[1]
        if wanted or label == self.ghost:
            painter.fillRect(cell.adjusted(1, 1, -1, -1), theme.mix(look.info, look.panel, 0.16))
        elif not inside:
            painter.fillRect(cell.adjusted(1, 1, -2, -2), theme.mix(look.background, look.panel, 0.55))
        ink = look.text if inside and label >= today else look.dim if inside else look.faint
        font = look.font(Role.MONO13)
        badge = QRectF(cell.left() + 5, cell.top() + 3, 24, 20)
        if label == today:
            paint.draw_box(painter, badge, 5, look.text, None)
            ink, font = look.background, look.font(Role.MONO_STRONG)
        paint.draw_text(painter, badge, str(label.day), font=font, color=ink, align=Qt.AlignmentFlag.AlignHCenter)
        if label.day == 1 and cell.height() >= 24 + 2 * _ROW:
            month = QLocale().standaloneMonthName(label.month, QLocale.FormatType.ShortFormat)
            area = QRectF(badge.right() + 6, cell.top() + 3, cell.width() - 40, 20)
            paint.draw_text(painter, area, month, font=look.font(Role.SMALL12), color=look.dim)
        day = self._day(label)
        if day is not None and day.span.turn is not None:
            self._paint_turn(painter, cell, day)
        rows = self.rows(label)
        for rect, item in rows:
            drawn = item is not self.moving
            painter.setOpacity(1.0 if drawn else 0.4)
            draw_line(painter, rect, item, self._zone(), past=is_past(item, self._now), chosen=item is self.chosen)
            painter.setOpacity(1.0)
        hidden = len(day.items) - len(rows) if day is not None else 0
        if hidden and cell.height() < 26 + _ROW:
            self._paint_marks(painter, cell, label)
        elif hidden:
            draw_plus(painter, self._plus(label, len(rows)), hidden, Qt.AlignmentFlag.AlignLeft)
        if self.hasFocus() and label == self.cursor_day and self.chosen is None:
            paint.draw_focus_ring(painter, cell.adjusted(1, 1, 0, 0), 4)

    def _paint_marks(self, painter: QPainter, cell: QRectF, label: date) -> None:
        """Where a day is lower than a line: the shapes of its mocks beside the number."""
        look = theme.current()
        day = self._day(label)
        left = cell.left() + 34
        for item in day.mocks if day is not None else ():
            if item.state is not None and left + 10 < cell.right():
                paint.draw_state_mark(painter, item.state, QRectF(left, cell.top() + 8, 9, 9), look.state(item.state))
                left += 13

    def _paint_turn(self, painter: QPainter, cell: QRectF, day: LaidDay) -> None:
        look = theme.current()
        area = QRectF(cell.left() + 34, cell.top() + 3, cell.width() - 40, 20)
        words = self.tr("{0} h").format(f"{day.span.hours:g}")
        paint.draw_text(
            painter, area, words, font=look.font(Role.SMALL11), color=look.dim, align=Qt.AlignmentFlag.AlignRight
        )

    def _plus(self, label: date, shown: int) -> QRectF:
        cell = self.cell(label)
        if 24 + (shown + 1) * _ROW > cell.height():
            return QRectF(cell.left() + 34, cell.top() + 3, cell.width() - 40, 20)  # Beside the number.
        return QRectF(cell.left() + 10, cell.top() + 24 + shown * _ROW, cell.width() - 14, _ROW - 2)

    def _day(self, label: date) -> LaidDay | None:
        return self.laid.by_date.get(label) if self.laid is not None else None

    def _zone(self) -> str:
        return self.laid.zone if self.laid is not None else ""

    def _same(self, item: Item | None) -> Item | None:
        """What was chosen, in the new record."""
        day = self._day(self.cursor_day)
        if item is None or day is None or not item.uid:
            return None
        return next((each for each in day.mocks if each.uid == item.uid), None)

    def _tell(self) -> None:
        day = self._day(self.cursor_day)
        if self.chosen is not None:
            words = spoken(self.chosen, self._zone())
        elif day is None or not day.items:
            words = self.tr("nothing; Enter books an interview")
        else:
            words = ", ".join(item.title for item in day.items[:6])
        self.setAccessibleDescription(f"{day_long(self.cursor_day)}: {words}")
