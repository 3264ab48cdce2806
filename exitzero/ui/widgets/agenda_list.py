"""What comes, as a list under its days: the view for the keyboard, for screen readers and for narrow windows."""

from datetime import UTC, date, datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QWidget

from exitzero.ui import theme
from exitzero.ui.format import day_long, day_text, hour_text, local
from exitzero.ui.theme import Role, State
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.calendar_items import Item, Laid, hours_text, other_zone, spoken, tr
from exitzero.work.mocks.views import MockView

_DAY = 40
_MOCK = 56
_EVENT = 32


class AgendaList(QAbstractScrollArea):
    """Rows of days and items; the arrows walk over the items, Enter opens. Paints only what is in sight."""

    opened = Signal(object)
    turned = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("agenda-list")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setViewport(QWidget())
        self.setAccessibleName(self.tr("Agenda"))
        self.rows: list[tuple[int, int, date, Item | None]] = []
        self.at = -1
        self._zone = ""
        self._today = date(2000, 1, 1)
        self._now = datetime(2000, 1, 1, tzinfo=UTC)
        self._shows_others = True

    @property
    def chosen(self) -> Item | None:
        """The item that the keyboard stands on."""
        return self.rows[self.at][3] if 0 <= self.at < len(self.rows) else None

    def show_span(self, laid: Laid | None, now: datetime) -> None:
        """Show these days; those with nothing in them are left out."""
        before = self.chosen
        self._now = now
        self.rows, self.at = [], -1
        if laid is not None:
            self._zone, self._today = laid.zone, local(now, laid.zone).date()
            top = 4
            seen: set[int] = set()
            for day in laid.days:
                # What goes over midnight stands under the day it begins in.
                items = [item for item in day.items if id(item) not in seen]
                if not items:
                    continue
                seen |= {id(item) for item in items}
                self.rows.append((top, _DAY, day.label, None))
                top += _DAY
                for item in items:
                    tall = _MOCK if item.mock is not None else _EVENT
                    self.rows.append((top, tall, day.label, item))
                    top += tall
        if before is not None:
            self.at = next((i for i, row in enumerate(self.rows) if row[3] and _same(row[3], before)), -1)
        if self.at < 0:
            self.at = next((i for i, row in enumerate(self.rows) if row[3] and row[3].mock), -1)
        self._set_range()
        self._tell()
        self.viewport().update()

    def pass_time(self, now: datetime) -> None:
        """Say what time it is."""
        self._now = now
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(600, 480)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step and event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}:
            at = self.at + step
            while 0 <= at < len(self.rows) and self.rows[at][3] is None:
                at += step
            if 0 <= at < len(self.rows):
                self._go(at)
        elif event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            places = [index for index, row in enumerate(self.rows) if row[3] is not None]
            if places:
                self._go(places[0 if event.key() == Qt.Key.Key_Home else -1])
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.chosen is not None:
            self.opened.emit(self.chosen)
        else:
            # Not the scroll area's own keys: the page turns with them.
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._row_at(event.position())
        if at >= 0:
            self._go(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self._row_at(event.position())
        if at >= 0 and at == self.at and self.chosen is not None:
            self.opened.emit(self.chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_range()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self.viewport())
        paint.draw_box(painter, QRectF(self.viewport().rect()), theme.RADIUS_CARD, look.panel, look.line)
        painter.setClipRect(self.viewport().rect().adjusted(2, 2, -2, -2))
        offset, height = self.verticalScrollBar().value(), self.viewport().height()
        for index, (top, tall, label, item) in enumerate(self.rows):
            y = top - offset
            if y + tall < 0:
                continue
            if y > height:
                break
            rect = QRectF(0, y, self.viewport().width(), tall)
            if item is None:
                self._paint_day(painter, rect, label)
            else:
                self._paint_item(painter, rect, item, chosen=index == self.at and self.hasFocus())

    def _paint_day(self, painter: QPainter, rect: QRectF, label: date) -> None:
        look = theme.current()
        days = (label - self._today).days
        near = {0: tr("today"), 1: tr("tomorrow"), -1: tr("yesterday")}.get(days, "")
        area = rect.adjusted(18, 10, -18, -4)
        words = day_text(label, year=abs(days) > 300)
        font = look.font(Role.STRONG14)
        paint.draw_text(painter, area, words, font=font, color=look.text if days >= 0 else look.dim)
        if near:
            after = area.adjusted(paint.text_width(font, words) + 10, 0, 0, 0)
            paint.draw_text(painter, after, near, font=look.font(Role.LABEL12), color=look.info)
        painter.fillRect(QRectF(area.left(), rect.bottom() - 1, area.width(), 1), look.line)

    def _paint_item(self, painter: QPainter, rect: QRectF, item: Item, *, chosen: bool) -> None:
        look = theme.current()
        past = item.ends <= self._now
        box = rect.adjusted(12, 2, -12, -2)
        if chosen:
            paint.draw_box(painter, box, 6, look.raised, None)
            paint.draw_focus_ring(painter, box, 6)
        left = box.left() + 10
        mono = look.font(Role.MONO13)
        hours = tr("all day") if item.all_day else hours_text(item, self._zone)
        ink = look.text if item.mock is not None and not past else look.dim
        line = QRectF(left, box.top(), 150, box.height())
        if item.mock is None or item.state is None:
            paint.draw_text(painter, line, hours, font=mono, color=ink)
            area = box.adjusted(176, 0, -190, 0)
            body = look.font(Role.BODY13)
            paint.draw_text(painter, area, paint.elided(body, item.title, area.width()), font=body, color=look.dim)
            side = QRectF(box.right() - 180, box.top(), 170, box.height())
            small = look.font(Role.SMALL12)
            words = paint.elided(small, item.word, side.width())
            right = Qt.AlignmentFlag.AlignRight
            paint.draw_text(painter, side, words, font=small, color=look.dim, align=right)
            return
        self._paint_mock(painter, box, item, item.mock, item.state)

    def _paint_mock(self, painter: QPainter, box: QRectF, item: Item, mock: MockView, shape: State) -> None:
        look = theme.current()
        past = item.ends <= self._now
        hours = hours_text(item, self._zone)
        ink = look.dim if past and not mock.asks else look.text
        left, top = box.left() + 10, box.top() + 5
        paint.draw_text(painter, QRectF(left, top, 150, 20), hours, font=look.font(Role.MONO13), color=ink)
        small = look.font(Role.SMALL12)
        there = other_zone(item, self._zone)
        paint.draw_text(painter, QRectF(left, top + 21, 156, 18), there, font=small, color=look.dim)
        strong = look.font(Role.STRONG14)
        area = QRectF(box.left() + 176, top, box.width() - 176 - 190, 20)
        paint.draw_text(painter, area, paint.elided(strong, item.title, area.width()), font=strong, color=ink)
        topic = mock.topic if mock.topic != item.title else ""
        about = " · ".join(part for part in (mock.platform, mock.partner, topic, mock.calendar) if part)
        color = look.dim
        if mock.conflicts:
            about = tr("overlaps {0}").format(", ".join(mock.conflicts))
            color = look.state(State.AT_RISK)
        below = QRectF(area.left(), top + 21, area.width(), 18)
        paint.draw_text(painter, below, paint.elided(small, about, below.width()), font=small, color=color)
        state = look.state(shape)
        label = look.font(Role.LABEL12)
        wide = paint.text_width(label, item.word)
        right = box.right() - 12
        paint.draw_text(painter, QRectF(right - wide, top, wide + 2, 20), item.word, font=label, color=state)
        paint.draw_state_mark(painter, shape, QRectF(right - wide - 16, top + 6, 9, 9), state)
        words = ""
        if mock.score is not None:
            words = tr("score {0}").format(f"{mock.score:.1f}")
        elif mock.joinable:
            words = tr("can be joined now")
        if words:
            side = QRectF(right - 170, top + 21, 170, 18)
            paint.draw_text(painter, side, words, font=small, color=look.dim, align=Qt.AlignmentFlag.AlignRight)

    def _go(self, at: int) -> None:
        self.at = at
        top, tall, label, _item = self.rows[at]
        bar = self.verticalScrollBar()
        if top < bar.value():
            bar.setValue(max(0, top - _DAY))
        elif top + tall > bar.value() + self.viewport().height():
            bar.setValue(top + tall - self.viewport().height() + 8)
        self.turned.emit(label)
        self._tell()
        self.viewport().update()

    def _row_at(self, place: QPointF) -> int:
        y = place.y() + self.verticalScrollBar().value()
        return next((i for i, row in enumerate(self.rows) if row[0] <= y < row[0] + row[1] and row[3] is not None), -1)

    def _set_range(self) -> None:
        whole = self.rows[-1][0] + self.rows[-1][1] + 8 if self.rows else 0
        self.verticalScrollBar().setRange(0, max(0, whole - self.viewport().height()))
        self.verticalScrollBar().setPageStep(self.viewport().height())
        self.verticalScrollBar().setSingleStep(_EVENT)

    def _tell(self) -> None:
        item = self.chosen
        if item is None:
            self.setAccessibleDescription(self.tr("nothing"))
        else:
            words = spoken(item, self._zone)
            self.setAccessibleDescription(f"{day_long(local(item.starts, self._zone).date())}: {words}")


def _same(one: Item, other: Item) -> bool:
    if one.mock is not None and other.mock is not None:
        return one.uid == other.uid
    return one.event is not None and other.event is not None and one.event.key == other.event.key


def begins(item: Item, zone_name: str) -> str:
    """When it begins: ``Sat 21 Nov 18:00``."""
    here = local(item.starts, zone_name)
    return f"{day_text(here.date())} {hour_text(here)}"
