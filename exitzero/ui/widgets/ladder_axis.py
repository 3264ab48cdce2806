"""The day's ladder on a time axis: what has fired, what is coming, and where *now* is."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role, State
from exitzero.ui.widgets import paint

_TOP = 20
_LINE_HEIGHT = 16
_LABEL_TOP = 12
_ROWS = 3
_NODE = 6.0
_APART = 10.0


class Rung(NamedTuple):
    """One rung: when it fires (aware), that time as the person reads it, one or two words, and whether it fired."""

    at: datetime
    time_text: str
    word: str
    fired: bool


class _Label(NamedTuple):
    rung: Rung
    x: float
    rect: QRectF
    row: int


class LadderAxis(QWidget):
    """Shows the rungs of the day in their true distances; labels that would touch go to a lower row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ladder-axis")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._starts: datetime | None = None
        self._ends: datetime | None = None
        self._now: datetime | None = None
        self._now_text = ""
        self._rungs: tuple[Rung, ...] = ()
        self._state = State.AT_RISK
        self._labels: list[_Label] = []
        self._message = self.tr("No rung is set for today")
        self.setAccessibleName(self.tr("Ladder"))
        self.setAccessibleDescription(self._message)

    def set_axis(
        self,
        starts: datetime,
        ends: datetime,
        now: datetime | None,
        rungs: Sequence[Rung],
        *,
        now_text: str = "",
        state: State = State.AT_RISK,
    ) -> None:
        """Show a day from ``starts`` to ``ends`` (aware). Fired rungs take the state's colour."""
        fresh = tuple(sorted(rungs, key=lambda rung: rung.at))
        if (starts, ends, fresh, state) == (self._starts, self._ends, self._rungs, self._state):
            self.set_now(now, now_text)
            return
        self._starts, self._ends = starts, ends
        if len(fresh) != len(self._rungs):
            self.updateGeometry()
        self._rungs = fresh
        self._state = state
        self._now, self._now_text = now, now_text
        self._describe()
        self._arrange()
        self.update()

    def set_now(self, now: datetime | None, now_text: str = "") -> None:
        """Move the *now* mark; cheap, and painted only when it moved by a pixel or its words changed."""
        old = self._x(self._now) if self._now else None
        fresh = self._x(now) if now else None
        moved = (old is None) != (fresh is None) or (
            old is not None and fresh is not None and round(old) != round(fresh)
        )
        changed = moved or now_text != self._now_text
        self._now, self._now_text = now, now_text
        if changed:
            self.update()

    def set_message(self, text: str) -> None:
        """What stands there while there is no axis."""
        self._message = text
        if not self._rungs:
            self.setAccessibleDescription(text)
            self.update()

    def label_rects(self) -> list[QRectF]:
        """Where the labels lie; none touches another."""
        return [label.rect for label in self._labels]

    def node_positions(self) -> list[float]:
        """The rungs' places on the axis, in pixels from the left, earliest first."""
        return [self._x(rung.at) for rung in self._rungs]

    def sizeHint(self) -> QSize:
        return QSize(480, self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._arrange()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            position = QPointF(event.pos())
            for label in self._labels:
                if label.rect.contains(position) or abs(label.x - position.x()) <= 8:
                    done = self.tr("fired") if label.rung.fired else self.tr("coming")
                    text = f"{label.rung.time_text} {label.rung.word} · {done}"
                    QToolTip.showText(event.globalPos(), text, self)
                    return True
            QToolTip.hideText()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = float(_TOP)
        left, right = self._span()
        painter.setPen(QPen(look.strong_line, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        if self._starts is None:
            area = QRectF(0, y + _LABEL_TOP, self.width(), _LINE_HEIGHT)
            paint.draw_text(painter, area, self._message, font=look.font(Role.SMALL12), color=look.dim)
            return
        color = look.fill(self._state)
        now_x = self._x(self._now) if self._now is not None else None
        if now_x is not None:
            painter.setPen(QPen(theme.mix(color, look.panel, 0.55), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(left, y), QPointF(now_x, y))
        self._paint_leaders(painter, y + _NODE + 3)
        for label in self._labels:
            if label.rung.fired:
                painter.setPen(QPen(look.panel, 2))
                painter.setBrush(color)
                painter.drawEllipse(QPointF(label.x, y), _NODE + 1, _NODE + 1)
            else:
                painter.setPen(QPen(look.dim, 1.5))
                painter.setBrush(look.panel)
                painter.drawEllipse(QPointF(label.x, y), _NODE - 1, _NODE - 1)
            self._paint_label(painter, label)
        if now_x is not None:
            self._paint_now(painter, now_x)

    def _paint_leaders(self, painter: QPainter, top: float) -> None:
        """Thin lines from nodes down to their labels in the lower rows, broken where they would cross words."""
        painter.setPen(QPen(theme.current().strong_line, 1))
        for label in self._labels:
            if not label.row:
                continue
            x = round(label.x) + 0.5
            start = top
            for rect in sorted((other.rect for other in self._labels), key=QRectF.top):
                if rect.left() - 2 <= x <= rect.right() + 2 and rect.top() < label.rect.top():
                    if rect.top() - 2 > start:
                        painter.drawLine(QPointF(x, start), QPointF(x, rect.top() - 2))
                    start = rect.bottom() + 1
            if label.rect.top() - 1 > start:
                painter.drawLine(QPointF(x, start), QPointF(x, label.rect.top() - 1))

    def _paint_label(self, painter: QPainter, label: _Label) -> None:
        if label.rect.isEmpty():
            return
        look = theme.current()
        font = look.font(Role.SMALL12)
        time_ink = look.dim if label.rung.fired else look.text
        rect = label.rect
        time = paint.text_width(font, label.rung.time_text)
        if label.row == 0:
            centre = Qt.AlignmentFlag.AlignHCenter
            first = QRectF(rect.left(), rect.top(), rect.width(), _LINE_HEIGHT)
            paint.draw_text(painter, first, label.rung.time_text, font=font, color=time_ink, align=centre)
            word = paint.elided(font, label.rung.word, rect.width())
            paint.draw_text(painter, first.translated(0, _LINE_HEIGHT), word, font=font, color=look.dim, align=centre)
            return
        paint.draw_text(painter, rect, label.rung.time_text, font=font, color=time_ink)
        after = rect.adjusted(time + 6, 0, 2, 0)
        if after.width() > 8:
            paint.draw_text(painter, after, label.rung.word, font=font, color=look.dim)

    def _paint_now(self, painter: QPainter, x: float) -> None:
        look = theme.current()
        place = round(x)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.text)
        painter.drawRoundedRect(QRectF(place - 1, _TOP - 10, 2, 20), 1, 1)
        if self._now_text:
            font = look.font(Role.SMALL11)
            width = paint.text_width(font, self._now_text) + 2
            left = min(max(0.0, x - width / 2), self.width() - width)
            area = QRectF(left, -3, width, 14)
            paint.draw_text(
                painter, area, self._now_text, font=font, color=look.text, align=Qt.AlignmentFlag.AlignHCenter
            )

    def _arrange(self) -> None:
        """Put each label where it touches nobody: two lines under its node, else one line in a lower row.

        The last rung is the judgement, so it chooses first.
        """
        placed: list[list[QRectF]] = [[] for _ in range(_ROWS)]
        found: dict[int, _Label] = {}
        if self._starts is not None:
            xs = self.node_positions()
            order = [len(self._rungs) - 1, *range(len(self._rungs) - 1)] if self._rungs else []
            for index in order:
                row, rect = self._place(xs[index], self._rungs[index], placed)
                if not rect.isEmpty():
                    placed[row].append(rect)
                found[index] = _Label(self._rungs[index], xs[index], rect, row)
        self._labels = [found[index] for index in sorted(found)]

    def _place(self, x: float, rung: Rung, placed: list[list[QRectF]]) -> tuple[int, QRectF]:
        font = theme.current().font(Role.SMALL12)
        time = paint.text_width(font, rung.time_text) + 2
        word = paint.text_width(font, rung.word) + 2
        wishes = [(0, max(time, word)), *((row, time + 4 + word) for row in range(1, _ROWS))]
        wishes += [(row, time) for row in range(_ROWS)]
        for row, width in wishes:
            left = min(max(0.0, x - width / 2), max(0.0, self.width() - width))
            height = 2 * _LINE_HEIGHT if row == 0 else _LINE_HEIGHT
            rect = QRectF(left, _row_top(row), width, height)
            wide = rect.adjusted(-_APART, 0, _APART, 0)
            if not any(wide.intersects(other) for other in placed[row]):
                return row, rect
        # No room at all: the node stays, its words are in the tooltip and in the description.
        return 0, QRectF()

    def _span(self) -> tuple[float, float]:
        return _NODE + 2, self.width() - _NODE - 2

    def _x(self, at: datetime) -> float:
        left, right = self._span()
        if self._starts is None or self._ends is None or self._ends <= self._starts:
            return left
        share = (at - self._starts) / (self._ends - self._starts)
        return left + min(max(share, 0.0), 1.0) * (right - left)

    def _height(self) -> int:
        # Room for every row that these rungs could need: labels change rows with the width, and the card must not.
        return round(_row_top(min(max(len(self._rungs) - 1, 1), _ROWS)))

    def _describe(self) -> None:
        parts = []
        for rung in self._rungs:
            done = self.tr("fired") if rung.fired else self.tr("coming")
            parts.append(f"{rung.time_text} {rung.word}, {done}")
        self.setAccessibleDescription("; ".join(parts) or self._message)


def _row_top(row: int) -> float:
    return _TOP + _LABEL_TOP + (0 if row == 0 else 2 * _LINE_HEIGHT + 2 + (row - 1) * _LINE_HEIGHT)
