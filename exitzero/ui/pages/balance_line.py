"""The balance over time as one thin line, so that a habit shows at a glance."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from exitzero.ui import theme
from exitzero.ui.pages.wording import number
from exitzero.ui.theme import Role, State
from exitzero.ui.widgets import paint

_COLUMN = 2.0


class BalanceLine(QWidget):
    """Draws balances, oldest first, with zero marked where it is crossed. With fewer than two it says what fills it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("balance-line")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.values: tuple[int, ...] = ()
        self.setAccessibleName(self.tr("Balance over time"))

    def set_values(self, values: Sequence[int]) -> None:
        """Show these balances."""
        self.values = tuple(values)
        if len(self.values) > 1:
            self.setAccessibleDescription(
                self.tr("from {0} to {1}, lowest {2}, highest {3}").format(
                    self.values[0], self.values[-1], min(self.values), max(self.values)
                )
            )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 84)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 64)

    def _told(self, columns: int) -> list[int]:
        """Which values are drawn: all, or of thousands the lowest and the highest of each column, and the last."""
        count = len(self.values)
        if count <= 2 * columns:
            return list(range(1, count))
        told = []
        for column in range(columns):
            span = range(count * column // columns, count * (column + 1) // columns)
            told += sorted({min(span, key=self.values.__getitem__), max(span, key=self.values.__getitem__)})
        return [*told, count - 1]

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        if len(self.values) < 2:
            words = self.tr("The second move draws a line here.")
            paint.draw_text(painter, QRectF(self.rect()), words, font=look.font(Role.BODY13), color=look.dim)
            return
        low, high = min(*self.values, 0), max(*self.values, 1)
        font = look.font(Role.SMALL11)
        labels = max(paint.text_width(font, number(value)) for value in (low, high)) + 8
        area = QRectF(labels, 7, self.width() - labels - 6, self.height() - 14)

        def place(index: int, value: int) -> QPointF:
            x = area.left() + area.width() * index / (len(self.values) - 1)
            return QPointF(x, area.bottom() - area.height() * (value - low) / (high - low))

        for value in {low, 0, high}:
            y = round(place(0, value).y()) + 0.5
            painter.setPen(QPen(look.strong_line if value == 0 else look.line, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            if value == 0 or abs(place(0, value).y() - place(0, 0).y()) > 14:
                box = QRectF(0, y - 8, labels - 6, 16)
                right = Qt.AlignmentFlag.AlignRight
                paint.draw_text(painter, box, number(value), font=font, color=look.dim, align=right)
        path = QPainterPath(place(0, self.values[0]))
        for index in self._told(int(area.width() / _COLUMN)):
            path.lineTo(place(index, self.values[index]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        under = QPainterPath(path)
        under.lineTo(place(len(self.values) - 1, 0))
        under.lineTo(place(0, 0))
        painter.fillPath(under, theme.mix(look.info, look.panel, 0.10))
        pen = QPen(look.info, 1.6)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(path)
        last = self.values[-1]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.info if last >= 0 else look.state(State.FAILED))
        painter.drawEllipse(place(len(self.values) - 1, last), 3, 3)
