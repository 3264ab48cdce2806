"""Strokes that all widgets share, so that a state, a focus ring and a hatch look the same everywhere."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from exitzero.ui import theme
from exitzero.ui.theme import State

_hatches: dict[tuple[int, int, float], QPixmap] = {}


def state_shape(state: State, rect: QRectF) -> QPainterPath:
    """The outline of a state's shape, optically as large as a circle in the same square."""
    path = QPainterPath()
    side = min(rect.width(), rect.height())
    box = QRectF(0, 0, side, side)
    box.moveCenter(rect.center())
    center = box.center()
    if state is State.AT_RISK:
        grown = side * 0.56
        path.addPolygon(
            QPolygonF(
                [
                    QPointF(center.x(), center.y() - grown * 0.96),
                    QPointF(center.x() + grown * 1.04, center.y() + grown * 0.84),
                    QPointF(center.x() - grown * 1.04, center.y() + grown * 0.84),
                ]
            )
        )
        path.closeSubpath()
    elif state is State.FAILED:
        edge = side * 0.06
        path.addRect(box.adjusted(edge, edge, -edge, -edge))
    elif state is State.UNKNOWN:
        grown = side * 0.58
        path.addPolygon(
            QPolygonF(
                [
                    QPointF(center.x(), center.y() - grown),
                    QPointF(center.x() + grown, center.y()),
                    QPointF(center.x(), center.y() + grown),
                    QPointF(center.x() - grown, center.y()),
                ]
            )
        )
        path.closeSubpath()
    else:
        path.addEllipse(box)
    return path


def draw_state_mark(painter: QPainter, state: State, rect: QRectF, color: QColor) -> None:
    """Paint a state's shape filled, or as a ring for rest."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if state is State.REST:
        width = max(1.5, rect.width() * 0.17)
        painter.setPen(QPen(color, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = width / 2
        painter.drawEllipse(rect.adjusted(half, half, -half, -half))
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPath(state_shape(state, rect))


def hatch(color: QColor, back: QColor, ratio: float = 1.0) -> QBrush:
    """Diagonal stripes of one colour on another: the sign of what is not known."""
    key = (color.rgba(), back.rgba(), ratio)
    tile = _hatches.get(key)
    if tile is None:
        side = 8
        tile = QPixmap(round(side * ratio), round(side * ratio))
        tile.setDevicePixelRatio(ratio)
        tile.fill(back)
        painter = QPainter(tile)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, 2.4))
        for shift in (-side, 0, side):
            painter.drawLine(QPointF(shift - 2, side + 2), QPointF(shift + side + 2, -2))
        painter.end()
        _hatches[key] = tile
    return QBrush(tile)


def draw_focus_ring(painter: QPainter, rect: QRectF, radius: float, color: QColor | None = None) -> None:
    """The ring that says where the keyboard is: two pixels, inside ``rect``."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color if color is not None else theme.current().info, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)


def draw_box(painter: QPainter, rect: QRectF, radius: float, fill: QColor | QBrush, line: QColor | None) -> None:
    """A rounded box with a hairline that lies on whole pixels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill)
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(rect, radius, radius)
    else:
        painter.setPen(QPen(line, 1))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def text_width(font: QFont, text: str) -> float:
    """How many logical pixels a text takes, its capitals and spacing included."""
    return QFontMetricsF(font).horizontalAdvance(text)


def elided(font: QFont, text: str, width: float) -> str:
    """The text, cut with an ellipsis where it does not fit."""
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, width))


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    *,
    font: QFont,
    color: QColor,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """One line of text, in the middle of ``rect``'s height, never wrapped."""
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect, int(align | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine), text)
