"""The hours of a week: blocks are dragged, stretched, made by a stroke over empty hours, and walked by arrow keys.

Past 400 lines, because mouse and keys do the same deeds on the same blocks and must stay side by side.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from exitzero.ui import theme
from exitzero.ui.format import day_long, hour_text, local
from exitzero.ui.theme import Role, State
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.calendar_items import (
    Block,
    Item,
    Laid,
    LaidDay,
    draw_block,
    draw_plus,
    hours_text,
    is_past,
    moved_to,
    spoken,
)

GUTTER = 58
HOUR = 50
_STEP = 15
_EDGE = 6
_DRAG = 5
_LEAST = timedelta(minutes=15)


class Deed(StrEnum):
    """What a stroke does."""

    MAKE = "make"
    MOVE = "move"
    HEAD = "head"
    TAIL = "tail"


@dataclass(slots=True)
class Stroke:
    """What is under way, by mouse or by keys: seen as a ghost until it is let go."""

    deed: Deed
    starts: datetime
    ends: datetime
    item: Item | None = None
    anchor: datetime | None = None


class WeekHours(QWidget):
    """The columns below the names. The cursor is a day and an instant in it; see the signals of the week."""

    opened = Signal(object)
    wished = Signal(object, object)
    moved = Signal(str, object, object)
    turned = Signal(object)
    needs_sight = Signal(float, float)
    paged = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Week"))
        self.laid: Laid | None = None
        self.cursor_day = date(2000, 1, 1)
        self.cursor_at = 9 * 60.0
        self.chosen: Item | None = None
        self.stroke: Stroke | None = None
        self._now = datetime(2000, 1, 1, tzinfo=UTC)
        self._pressed: QPointF | None = None
        self._pressed_block: Block | None = None
        self._deed = Deed.MAKE

    def show_span(self, laid: Laid | None, now: datetime) -> None:
        """Show these days."""
        tall = self.laid.axis.length if self.laid is not None else 0
        self.laid, self._now = laid, now
        if self.chosen is not None and laid is not None:
            uid = self.chosen.uid
            self.chosen = next((i for day in laid.days for i in day.mocks if uid and i.uid == uid), None)
        if laid is not None:
            self._drop_vanished(laid)
        if laid is not None and laid.axis.length != tall:
            self.updateGeometry()
            self.setMinimumHeight(self.sizeHint().height())
        self._tell()
        self.update()

    def _drop_vanished(self, laid: Laid) -> None:
        """Let go of what was taken out of its day meanwhile; what is carried into another week stays in hand."""
        item = self.stroke.item if self.stroke is not None else None
        if item is None:
            return
        label = local(item.starts, laid.zone).date()
        if any(day.label == label for day in laid.days) and not any(
            each.uid == item.uid for day in laid.days for each in day.mocks
        ):
            self._pressed = self._pressed_block = None
            self._drop()

    def set_cursor(self, label: date, at: datetime | None) -> None:
        """Put the cursor on a day, and on an hour of it."""
        self.cursor_day, self.chosen = label, None
        day = self._day(label)
        if at is not None and day is not None and self.laid is not None:
            self.cursor_at = self.laid.axis.position(day.span, at) // _STEP * _STEP
        self._tell()
        self.update()

    def pass_time(self, now: datetime) -> None:
        """Say what time it is."""
        self._now = now
        self.update()

    def sizeHint(self) -> QSize:
        length = self.laid.axis.length if self.laid is not None else 24 * 60
        return QSize(600, round(length * HOUR / 60) + 8)

    def y_of(self, position: float) -> float:
        """How far down a position of the axis stands."""
        return 4 + position * HOUR / 60

    def column_of(self, label: date) -> tuple[float, float]:
        """The left edge and width of a day."""
        at = (label - self.laid.source.first).days if self.laid is not None else 0
        width = (self.width() - GUTTER) / 7
        left = round(GUTTER + at * width)
        return left, round(GUTTER + (at + 1) * width) - left

    def rect_of(self, day: LaidDay, block: Block) -> QRectF:
        """Where a block stands."""
        left, width = self.column_of(day.label)
        top, room = self.y_of(block.top), width - 8
        return QRectF(left + 3 + block.left * room, top + 1, block.width * room - 2, self.y_of(block.bottom) - top - 2)

    def block_at(self, place: QPointF) -> tuple[LaidDay, Block] | None:
        """The block under a point, and its day."""
        day = self._day_under(place)
        if day is None:
            return None
        return next(((day, block) for block in day.blocks if self.rect_of(day, block).contains(place)), None)

    def instant_at(self, place: QPointF, *, up: bool = False) -> datetime | None:
        """The quarter of an hour under a point; ``up`` takes the one below."""
        day = self._day_under(place)
        if day is None or self.laid is None:
            return None
        position = max(0.0, min((place.y() - 4) * 60 / HOUR, self.laid.axis.length))
        quarter = (position + (_STEP - 1 if up else 0)) // _STEP * _STEP
        return self.laid.axis.instant(day.span, quarter)

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, mods = Qt.Key(event.key()), event.modifiers()
        shift = bool(mods & Qt.KeyboardModifier.ShiftModifier)
        control = bool(mods & Qt.KeyboardModifier.ControlModifier)
        arrows = {
            Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)
        }  # fmt: skip
        if self.laid is None or mods & Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)
        elif key in arrows and (shift or self.stroke is not None):
            self._stroke_by_keys(self.laid, *arrows[key], tail=shift and control)
        elif key in arrows and control:
            self._choose_next(self.laid, arrows[key][1] or arrows[key][0])
        elif key in arrows:
            self._step(self.laid, *arrows[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._enter()
        elif key == Qt.Key.Key_Escape and self.stroke is not None:
            self._drop()
        elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            # Not left to the scroll area: the page turns the week with them.
            self.paged.emit(1 if key == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    def _step(self, laid: Laid, days: int, quarters: int) -> None:
        if days:
            self.set_cursor(self.cursor_day + timedelta(days=days), None)
            self.turned.emit(self.cursor_day)
        else:
            self.cursor_at = max(0.0, min(self.cursor_at + quarters * 30, laid.axis.length - 30))
            self.chosen = self._at_cursor()
            self.needs_sight.emit(self.cursor_at - 30, self.cursor_at + 90)
            self._tell()
            self.update()

    def _choose_next(self, laid: Laid, step: int) -> None:
        items = sorted((item for day in laid.days for item in day.mocks), key=lambda item: item.starts)
        if not items:
            return
        at = next((index for index, item in enumerate(items) if item is self.chosen), -1 if step > 0 else 0)
        self._choose(items[(at + step) % len(items)])

    def _choose(self, item: Item) -> None:
        label = local(item.starts, self._zone()).date()
        day = self._day(label)
        if day is not None and self.laid is not None:
            self.cursor_day = label
            self.cursor_at = self.laid.axis.position(day.span, item.starts)
            self.needs_sight.emit(self.cursor_at - 30, self.laid.axis.position(day.span, item.ends) + 30)
        self.chosen = item
        self._tell()
        self.update()

    def _stroke_by_keys(self, laid: Laid, days: int, steps: int, *, tail: bool) -> None:
        if self.stroke is None:
            item = self.chosen or self._at_cursor()
            if item is None or not item.movable:
                return
            self.stroke = Stroke(Deed.TAIL if tail else Deed.MOVE, item.starts, item.ends, item)
        stroke = self.stroke
        shift = timedelta(minutes=_STEP * steps)
        if stroke.deed is Deed.TAIL:
            stroke.ends = max(stroke.ends + shift, stroke.starts + _LEAST)
        else:
            label = local(stroke.starts, self._zone()).date() + timedelta(days=days)
            here = Item(stroke.starts, stroke.ends, "", "", None)
            starts, ends = moved_to(here, label, self._zone()) if days else (stroke.starts, stroke.ends)
            stroke.starts, stroke.ends = starts + shift, ends + shift
        day = self._day(local(stroke.starts, self._zone()).date())
        if day is not None:
            position = laid.axis.position(day.span, stroke.starts)
            self.needs_sight.emit(position - 30, laid.axis.position(day.span, stroke.ends) + 30)
        title = stroke.item.title if stroke.item is not None else ""
        ghost = Item(stroke.starts, stroke.ends, title, "", None)
        self.setAccessibleDescription(
            self.tr("{0}: {1} {2}. Enter puts it there, Escape leaves it.").format(
                title,
                day_long(local(stroke.starts, self._zone()).date()),
                hours_text(ghost, self._zone()),
            )
        )
        self.update()

    def _enter(self) -> None:
        if self.stroke is not None:
            self._put()
            return
        item = self.chosen or self._at_cursor()
        day = self._day(self.cursor_day)
        if item is not None:
            self.opened.emit(item)
        elif day is not None and self.laid is not None:
            starts = self.laid.axis.instant(day.span, self.cursor_at)
            self.wished.emit(starts, starts + timedelta(hours=1))

    def _at_cursor(self) -> Item | None:
        day = self._day(self.cursor_day)
        blocks = [b for b in day.blocks if b.top < self.cursor_at + 30 and self.cursor_at < b.bottom] if day else []
        mocks = [block for block in blocks if block.item.mock is not None]
        return (mocks or blocks)[0].item if blocks else None

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        day = self._day_under(place)
        if event.button() != Qt.MouseButton.LeftButton or day is None:
            return
        found = self.block_at(place)
        self._pressed, self._pressed_block = place, found[1] if found else None
        self._deed = self._deed_at(place)
        self.cursor_day = day.label
        self.cursor_at = max(0.0, (place.y() - 4) * 60 / HOUR // 30 * 30)
        self.chosen = found[1].item if found else None
        self.turned.emit(day.label)
        self._tell()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._point(place)
            return
        if self.stroke is None and (place - self._pressed).manhattanLength() < _DRAG:
            return
        self._drag(self._pressed, place)

    def _drag(self, pressed: QPointF, place: QPointF) -> None:
        inside = QPointF(min(max(place.x(), GUTTER + 1.0), self.width() - 1.0), place.y())
        here = self.instant_at(inside)
        begun = self.instant_at(pressed)
        if here is None or begun is None:
            return
        if self.stroke is None:
            item = self._pressed_block.item if self._pressed_block is not None else None
            if item is not None and not item.movable:
                return
            starts, ends = (item.starts, item.ends) if item is not None else (begun, begun + _LEAST)
            self.stroke = Stroke(self._deed if item is not None else Deed.MAKE, starts, ends, item, begun)
        stroke = self.stroke
        if stroke.deed is Deed.MAKE:
            # A new one stays in the day that it was begun in.
            column = QPointF(pressed.x(), place.y())
            low, high = self.instant_at(column), self.instant_at(column, up=True)
            if low is not None and high is not None:
                stroke.starts, stroke.ends = min(begun, low), max(begun + _LEAST, high)
        elif stroke.item is not None and stroke.anchor is not None and stroke.deed is Deed.MOVE:
            # Both ends of the stroke are instants of the days they lie in, so the hours of the clock stay the same.
            shift = here - stroke.anchor
            stroke.starts, stroke.ends = stroke.item.starts + shift, stroke.item.ends + shift
        elif stroke.item is not None and stroke.deed is Deed.HEAD:
            stroke.starts = min(here, stroke.item.ends - _LEAST)
        elif stroke.item is not None:
            end = self.instant_at(inside, up=True) or here
            stroke.ends = max(end, stroke.item.starts + _LEAST)
        self.needs_sight.emit((place.y() - 4) * 60 / HOUR - 20, (place.y() - 4) * 60 / HOUR + 20)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            return
        if self.stroke is not None:
            self._put()
        elif self._pressed_block is not None:
            self.opened.emit(self._pressed_block.item)
        self._pressed_block = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        starts = self.instant_at(event.position())
        if starts is not None and self.block_at(event.position()) is None:
            starts = starts.replace(minute=starts.minute // 30 * 30)
            self.wished.emit(starts, starts + timedelta(hours=1))

    def _point(self, place: QPointF) -> None:
        found = self.block_at(place)
        if found is None:
            self.unsetCursor()
        elif self._deed_at(place) in {Deed.HEAD, Deed.TAIL}:
            self.setCursor(Qt.CursorShape.SizeVerCursor)
        else:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def _deed_at(self, place: QPointF) -> Deed:
        found = self.block_at(place)
        if found is None:
            return Deed.MAKE
        rect = self.rect_of(*found)
        if not found[1].item.movable:
            return Deed.MOVE
        return (
            Deed.HEAD if place.y() < rect.top() + _EDGE else Deed.TAIL if place.y() > rect.bottom() - _EDGE
            else Deed.MOVE
        )  # fmt: skip

    def _put(self) -> None:
        stroke = self.stroke
        self._drop()
        if stroke is None:
            return
        if stroke.item is None:
            self.wished.emit(stroke.starts, stroke.ends)
        elif (stroke.starts, stroke.ends) != (stroke.item.starts, stroke.item.ends):
            self.moved.emit(stroke.item.uid, stroke.starts, stroke.ends)

    def _drop(self) -> None:
        self.stroke = None
        self.unsetCursor()
        self._tell()
        self.update()

    # Painting

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = self.block_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), spoken(found[1].item, self._zone()) if found else "", self)
            return True
        return super().event(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # What was begun and not put anywhere is not found in the hand on another day.
        self._pressed = self._pressed_block = None
        self._drop()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.laid is None:
            return
        painter = QPainter(self)
        look = theme.current()
        seen = event.rect()
        self._paint_hours(painter, self.laid)
        for day in self.laid.days:
            left, width = self.column_of(day.label)
            if seen.intersects(QRect(round(left), seen.top(), round(width), seen.height())):
                self._paint_day(painter, self.laid, day, QRectF(seen))
        if self.stroke is not None:
            self._paint_ghost(painter, self.laid, self.stroke)
        elif self.hasFocus() and self.chosen is None and self._day(self.cursor_day) is not None:
            left, width = self.column_of(self.cursor_day)
            area = QRectF(left + 1, self.y_of(self.cursor_at), width - 2, HOUR / 2)
            paint.draw_focus_ring(painter, area, 3)
        painter.setPen(QPen(look.line, 1))

    def _paint_hours(self, painter: QPainter, laid: Laid) -> None:
        look = theme.current()
        font = look.font(Role.SMALL11)
        right = Qt.AlignmentFlag.AlignRight
        for position, minute, again in laid.axis.labels():
            y = round(self.y_of(position))
            painter.fillRect(QRectF(GUTTER, y, self.width() - GUTTER, 1), look.line)
            words = hour_text(time(minute // 60 % 24, minute % 60))
            color = look.state(State.AT_RISK) if again else look.dim
            area = QRectF(0, y - 8 if position else y, GUTTER - 8, 16)
            paint.draw_text(painter, area, words, font=font, color=color, align=right)
            if again:
                area = QRectF(0, y + 6, GUTTER - 8, 14)
                paint.draw_text(painter, area, self.tr("again"), font=font, color=color, align=right)

    def _paint_day(self, painter: QPainter, laid: Laid, day: LaidDay, seen: QRectF) -> None:
        look = theme.current()
        left, width = self.column_of(day.label)
        axis = laid.axis
        past = axis.position(day.span, self._now) if self._now > day.span.starts else 0.0
        if past:
            shade = theme.mix(look.background, look.panel, 0.5)
            shade.setAlphaF(0.55)
            painter.fillRect(QRectF(left, 0, width, self.y_of(past)), shade)
        painter.fillRect(QRectF(left, 0, 1, self.height()), look.line)
        gap = axis.gap(day.span)
        if gap is not None:
            self._paint_gap(
                painter, day, QRectF(left + 1, self.y_of(gap[0]), width - 1, self.y_of(gap[1]) - self.y_of(gap[0]))
            )
        for block in day.blocks:
            rect = self.rect_of(day, block)
            if rect.intersects(seen):
                moving = self.stroke is not None and self.stroke.item is block.item
                painter.setOpacity(0.35 if moving else 1.0)
                chosen = block.item is self.chosen and self.stroke is None
                over = is_past(block.item, self._now)
                draw_block(painter, rect, block.item, laid.zone, past=over, chosen=chosen)
                painter.setOpacity(1.0)
        for position, count in day.hidden:
            area = QRectF(left, self.y_of(position) + 2, width - 12, 16)
            draw_plus(painter, area, count, Qt.AlignmentFlag.AlignRight)
        if day.span.starts <= self._now < day.span.ends:
            y = round(self.y_of(axis.position(day.span, self._now)))
            color = look.state(State.FAILED)
            painter.fillRect(QRectF(left, y - 1, width, 2), color)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(QPointF(left + 1, y), 4, 4)

    def _paint_gap(self, painter: QPainter, day: LaidDay, rect: QRectF) -> None:
        look = theme.current()
        painter.fillRect(rect, paint.hatch(look.line, look.panel, self.devicePixelRatioF()))
        if day.span.turn is not None and rect.height() >= 16:
            font = look.font(Role.SMALL11)
            words = paint.elided(font, self.tr("does not exist"), rect.width() - 10)
            wide = paint.text_width(font, words)
            back = QRectF(rect.center().x() - wide / 2 - 4, rect.center().y() - 8, wide + 8, 16)
            painter.fillRect(back, look.panel)
            centre = Qt.AlignmentFlag.AlignHCenter
            paint.draw_text(painter, back, words, font=font, color=look.state(State.AT_RISK), align=centre)

    def _paint_ghost(self, painter: QPainter, laid: Laid, stroke: Stroke) -> None:
        look = theme.current()
        ghost = Item(stroke.starts, stroke.ends, stroke.item.title if stroke.item else "", "", None)
        for day in laid.days:
            if stroke.starts >= day.span.ends or stroke.ends <= day.span.starts:
                continue
            left, width = self.column_of(day.label)
            top = self.y_of(laid.axis.position(day.span, stroke.starts))
            bottom = self.y_of(laid.axis.position(day.span, stroke.ends))
            rect = QRectF(left + 3, top + 1, width - 8, max(bottom - top - 2, 10))
            paint.draw_box(painter, rect, 4, theme.mix(look.info, look.panel, 0.3), look.info)
            font = look.font(Role.STRONG13)
            area = QRectF(rect.left() + 8, rect.top(), rect.width() - 10, min(rect.height(), 22))
            words = paint.elided(font, hours_text(ghost, self._zone()), area.width())
            paint.draw_text(painter, area, words, font=font, color=look.text)

    def _day(self, label: date) -> LaidDay | None:
        return self.laid.by_date.get(label) if self.laid is not None else None

    def _day_under(self, place: QPointF) -> LaidDay | None:
        if self.laid is None or not GUTTER <= place.x() < self.width():
            return None
        at = int((place.x() - GUTTER) * 7 / (self.width() - GUTTER))
        return self.laid.days[min(at, len(self.laid.days) - 1)]

    def _zone(self) -> str:
        return self.laid.zone if self.laid is not None else ""

    def _tell(self) -> None:
        day = self._day(self.cursor_day)
        if self.laid is None or day is None:
            return
        at = local(self.laid.axis.instant(day.span, self.cursor_at), self._zone())
        words = spoken(self.chosen, self._zone()) if self.chosen else self.tr("free; Enter books an interview")
        self.setAccessibleDescription(f"{day_long(self.cursor_day)} {hour_text(at)}: {words}")
