"""Charts of the hunt, painted by hand in the look of everything else: a funnel, bars with shares, columns over time.

Every figure stands beside its bar as a number, so that no chart needs its colours to be read, and every chart says in
words to a screen reader what it shows.
"""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role
from exitzero.ui.widgets import paint

_ROW = 30
_STEP = 46


class Bar(NamedTuple):
    """A line of a chart: its name, how long it is of 1, what stands behind it, and a second word in faint."""

    name: str
    share: float
    value: str
    note: str = ""


class _Chart(QWidget):
    def __init__(self, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty = empty
        self.bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.setAccessibleDescription(empty)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show these, in their order."""
        self.bars = tuple(bars)
        told = "; ".join(f"{bar.name}: {bar.value} {bar.note}".strip() for bar in self.bars)
        self.setAccessibleDescription(told or self._empty)
        self.updateGeometry()
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def _paint_empty(self, painter: QPainter) -> None:
        look = theme.current()
        painter.setFont(look.font(Role.BODY13))
        painter.setPen(look.dim)
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(QRectF(self.rect()), flags, self._empty)


class BarChart(_Chart):
    """Bars below one another, the longest first or as they are given."""

    def sizeHint(self) -> QSize:
        return QSize(320, max(len(self.bars) * _ROW, 56))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.bars:
            self._paint_empty(painter)
            return
        look = theme.current()
        body, mono = look.font(Role.BODY13), look.font(Role.MONO13)
        small = look.font(Role.SMALL12)
        names = min(max(paint.text_width(body, bar.name) for bar in self.bars), self.width() * 0.3)
        values = max(paint.text_width(mono, bar.value) for bar in self.bars)
        notes = max(paint.text_width(small, bar.note) for bar in self.bars)
        left = names + 12
        room = max(20.0, self.width() - left - values - notes - (30 if notes else 14))
        for at, bar in enumerate(self.bars):
            line = QRectF(0, at * _ROW, self.width(), _ROW)
            name = paint.elided(body, bar.name, names + 1)
            paint.draw_text(painter, QRectF(0, line.top(), names + 2, _ROW), name, font=body, color=look.text)
            track = QRectF(left, line.center().y() - 5, room, 10)
            paint.draw_box(painter, track, 3, look.track, None)
            if bar.share > 0:
                filled = QRectF(track.left(), track.top(), max(4.0, room * min(bar.share, 1.0)), 10)
                paint.draw_box(painter, filled, 3, look.info, None)
            area = QRectF(track.right() + 10, line.top(), values + 2, _ROW)
            paint.draw_text(painter, area, bar.value, font=mono, color=look.text, align=Qt.AlignmentFlag.AlignRight)
            area = QRectF(area.right() + 12, line.top(), notes + 2, _ROW)
            paint.draw_text(painter, area, bar.note, font=small, color=look.dim)


class FunnelChart(_Chart):
    """Each step as wide as the share that ever came so far; what is lost between two stands beside."""

    def sizeHint(self) -> QSize:
        return QSize(320, max(len(self.bars) * _STEP, 56))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.bars:
            self._paint_empty(painter)
            return
        look = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body, strong, small = look.font(Role.BODY13), look.font(Role.MONO_STRONG), look.font(Role.SMALL12)
        names = min(max(paint.text_width(body, bar.name) for bar in self.bars), self.width() * 0.34)
        notes = max(paint.text_width(small, bar.note) for bar in self.bars)
        left = names + 14
        room = max(40.0, self.width() - left - notes - 14)
        middle = left + room / 2
        for at, bar in enumerate(self.bars):
            top = at * _STEP + 3
            tall = _STEP - 14
            half = max(22.0, room * min(bar.share, 1.0) / 2)
            below = self.bars[at + 1] if at + 1 < len(self.bars) else None
            box = QRectF(middle - half, top, 2 * half, tall)
            ground = theme.mix(look.info, look.panel, 0.9 - 0.14 * at)
            if below is not None:
                next_half = max(22.0, room * min(below.share, 1.0) / 2)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.mix(look.info, look.panel, 0.14))
                foot = top + _STEP
                painter.drawPolygon(
                    QPolygonF(
                        [
                            QPointF(middle - half, box.bottom()),
                            QPointF(middle + half, box.bottom()),
                            QPointF(middle + next_half, foot),
                            QPointF(middle - next_half, foot),
                        ]
                    )
                )
            paint.draw_box(painter, box, 4, ground, None)
            name = paint.elided(body, bar.name, names + 1)
            paint.draw_text(painter, QRectF(0, top, names + 2, tall), name, font=body, color=look.text)
            ink = (
                look.on_fill if theme.contrast(look.on_fill, ground) > theme.contrast(look.text, ground) else look.text
            )
            paint.draw_text(painter, box, bar.value, font=strong, color=ink, align=Qt.AlignmentFlag.AlignHCenter)
            area = QRectF(left + room + 12, top, notes + 2, tall)
            paint.draw_text(painter, area, bar.note, font=small, color=look.dim)


class ColumnChart(_Chart):
    """Columns side by side, each with its figure on top and its name below; the last one is the running one."""

    def sizeHint(self) -> QSize:
        return QSize(320, 150 if self.bars else 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.bars:
            self._paint_empty(painter)
            return
        look = theme.current()
        small, mono = look.font(Role.SMALL11), look.font(Role.MONO12)
        widest = max(max(paint.text_width(small, bar.name), paint.text_width(mono, bar.value)) for bar in self.bars)
        fit = max(1, int(self.width() // (widest + 10)))
        bars = self.bars[-fit:]
        step = self.width() / len(bars)
        wide = min(34.0, step * 0.62)
        ground = self.height() - 20.0
        painter.fillRect(QRectF(0, ground, self.width(), 1), look.line)
        center = Qt.AlignmentFlag.AlignHCenter
        for at, bar in enumerate(bars):
            middle = step * (at + 0.5)
            tall = max(2.0, (ground - 22) * min(max(bar.share, 0.0), 1.0))
            box = QRectF(middle - wide / 2, ground - tall, wide, tall)
            color = look.info if at == len(bars) - 1 else theme.mix(look.info, look.panel, 0.55)
            paint.draw_box(painter, box, 3, color if bar.share > 0 else look.track, None)
            area = QRectF(middle - step / 2, box.top() - 20, step, 18)
            paint.draw_text(painter, area, bar.value, font=mono, color=look.text, align=center)
            area = QRectF(middle - step / 2, ground + 3, step, 16)
            paint.draw_text(painter, area, bar.name, font=small, color=look.dim, align=center)
