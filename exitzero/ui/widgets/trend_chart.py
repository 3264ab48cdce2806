"""Scores over time: a point for each interview, a line for the average or one row, what it is made of said in words."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from exitzero.ui import theme
from exitzero.ui.format import day_text, local
from exitzero.ui.theme import Role
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.calendar_items import tr
from exitzero.work.mocks.views import ScorePoint

LOW, HIGH = 1, 5
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 18, 16, 30
_SMOOTH = 5
"""How many interviews the thick line takes the mean of."""


class TrendChart(QWidget):
    """The points of one row (empty: the average of all). Left and Right walk over them, Enter opens one."""

    opened = Signal(str)
    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trend-chart")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Scores over time"))
        self.at = -1
        self._points: list[tuple[ScorePoint, float]] = []
        self._zone = ""

    def show_points(self, points: Sequence[ScorePoint], row: str, topic: str, zone: str) -> None:
        """Show the points of a row and a topic; empty names take all."""
        self._zone = zone
        self._points = [
            (point, float(point.scores[row]) if row else point.average)
            for point in points
            if (not row or row in point.scores) and (not topic or point.topic == topic)
        ]
        self.at = len(self._points) - 1
        self._tell()
        self.update()

    @property
    def shown(self) -> int:
        """How many points are shown."""
        return len(self._points)

    def picture(self, ratio: float = 2.0) -> QPixmap:
        """The chart as a picture, for a file."""
        result = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        result.setDevicePixelRatio(ratio)
        result.fill(theme.current().panel)
        painter = QPainter(result)
        self._draw(painter, marked=False)
        painter.end()
        return result

    def sizeHint(self) -> QSize:
        return QSize(560, 280)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 170)

    def place(self, index: int) -> QPointF:
        """Where a point stands; interviews stand side by side in their order, whatever lies between them."""
        width = self.width() - _LEFT - _RIGHT
        count = len(self._points)
        step = width / max(count - 1, 1)
        x = _LEFT + (width / 2 if count == 1 else index * step)
        return QPointF(x, self._y(self._points[index][1]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and self._points:
            self._go(max(0, min(self.at + step, len(self._points) - 1)))
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and 0 <= self.at < len(self._points):
            self.opened.emit(self._points[self.at][0].uid)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._near(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor)
        if at >= 0 and at != self.at:
            self._go(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self._near(event.position())
        if at >= 0:
            self.opened.emit(self._points[at][0].uid)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._draw(painter, marked=True)
        if self.hasFocus():
            paint.draw_focus_ring(painter, QRectF(self.rect()), 6)

    def _draw(self, painter: QPainter, *, marked: bool) -> None:
        look = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = look.font(Role.MONO12)
        right = Qt.AlignmentFlag.AlignRight
        for score in range(LOW, HIGH + 1):
            y = round(self._y(score))
            painter.fillRect(QRectF(_LEFT, y, self.width() - _LEFT - _RIGHT, 1), look.line)
            area = QRectF(0, y - 9, _LEFT - 10, 18)
            paint.draw_text(painter, area, str(score), font=small, color=look.dim, align=right)
        if not self._points:
            words = tr("The first score sheet draws the first point here.")
            middle = QRectF(_LEFT, 0, self.width() - _LEFT - _RIGHT, self.height() - _BOTTOM)
            wide = paint.text_width(look.font(Role.BODY13), words) + 20
            back = QRectF(middle.center().x() - wide / 2, middle.center().y() - 14, wide, 28)
            painter.fillRect(back, look.panel)
            centre = Qt.AlignmentFlag.AlignHCenter
            paint.draw_text(painter, back, words, font=look.font(Role.BODY13), color=look.dim, align=centre)
            return
        places = [self.place(index) for index in range(len(self._points))]
        painter.setPen(QPen(theme.mix(look.info, look.panel, 0.35), 1))
        painter.drawPolyline(QPolygonF(places))
        painter.setPen(QPen(look.info, 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(
            QPolygonF([QPointF(p.x(), self._y(m)) for p, m in zip(places, self._means(), strict=True)])
        )
        painter.setPen(Qt.PenStyle.NoPen)
        for index, place in enumerate(places):
            chosen = marked and index == self.at
            painter.setBrush(look.text if chosen else theme.mix(look.info, look.panel, 0.75))
            painter.drawEllipse(place, 5 if chosen else 3.5, 5 if chosen else 3.5)
        self._draw_dates(painter, places)

    def _draw_dates(self, painter: QPainter, places: Sequence[QPointF]) -> None:
        look = theme.current()
        small = look.font(Role.SMALL11)
        last = -1000.0
        for place, (point, _score) in zip(places, self._points, strict=True):
            words = self._date(point.at)
            wide = paint.text_width(small, words)
            left = min(max(place.x() - wide / 2, 0.0), self.width() - wide)
            if left > last + 18:
                area = QRectF(left, self.height() - 22, wide + 2, 16)
                paint.draw_text(painter, area, words, font=small, color=look.dim)
                last = left + wide

    def _date(self, at: datetime) -> str:
        return day_text(local(at, self._zone).date()).partition(" ")[2]

    def _means(self) -> list[float]:
        scores = [score for _point, score in self._points]
        return [
            sum(scores[max(0, i - _SMOOTH + 1) : i + 1]) / len(scores[max(0, i - _SMOOTH + 1) : i + 1])
            for i in range(len(scores))
        ]

    def _y(self, score: float) -> float:
        height = self.height() - _TOP - _BOTTOM
        return _TOP + height * (HIGH - score) / (HIGH - LOW)

    def _near(self, place: QPointF) -> int:
        found = [((self.place(i) - place).manhattanLength(), i) for i in range(len(self._points))]
        distance, at = min(found, default=(99.0, -1))
        return at if distance < 14 else -1

    def _go(self, at: int) -> None:
        self.at = at
        self._tell()
        self.update()
        self.pointed.emit(self._points[at][0])

    def _tell(self) -> None:
        if not 0 <= self.at < len(self._points):
            self.setAccessibleDescription(tr("no scores yet"))
            return
        point, score = self._points[self.at]
        day = day_text(local(point.at, self._zone).date(), year=True)
        self.setAccessibleDescription(f"{day}, {point.topic or point.platform}: {score:.1f}")
