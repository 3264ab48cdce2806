"""The tray's picture: the exit code inside the state's shape, and the time left along its edge."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QIcon, QPainter, QPainterPath, QPen, QPixmap

from exitzero.ui import theme
from exitzero.ui.theme import MONO, State

SIZES = (16, 22, 24, 32, 48, 64)


def render_pixmap(
    state: State,
    fraction_left: float,
    size: int,
    *,
    exit_code: int | None = 0,
    ratio: float = 1.0,
    locked: bool = False,
) -> QPixmap:
    """One picture of ``size`` logical pixels: shape by state, edge as far as time is left (0 to 1).

    The code inside is the exit code if judged now; None (not known) shows a question mark. ``locked`` puts a small
    padlock into the upper right corner.
    """
    side = round(size * ratio)
    result = QPixmap(side, side)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint(painter, state, min(max(fraction_left, 0.0), 1.0), float(side), exit_code)
    if locked:
        _paint_lock(painter, float(side))
    painter.end()
    result.setDevicePixelRatio(ratio)
    return result


def render_icon(state: State, fraction_left: float, *, exit_code: int | None = 0, locked: bool = False) -> QIcon:
    """The same in every size a tray asks for."""
    result = QIcon()
    for size in SIZES:
        result.addPixmap(render_pixmap(state, fraction_left, size, exit_code=exit_code, locked=locked))
    return result


def _paint(painter: QPainter, state: State, left: float, side: float, exit_code: int | None) -> None:
    # A tray may be light or dark, so the picture brings its own ground and keeps the dark look's colours on it.
    look = theme.Theme(theme.Mode.DARK)
    color = look.state(state)
    stroke = max(2.0, side * 0.105)
    outline = _outline(state, QRectF(0, 0, side, side).adjusted(stroke / 2, stroke / 2, -stroke / 2, -stroke / 2))
    if state not in {State.SAFE, State.REST}:
        # A triangle or a diamond has no room for an edge and a code at 16 px: there the ground itself runs out.
        _paint_ground(painter, state, outline, color=color, left=left, side=side)
        _paint_code(painter, state, side, exit_code, look.on_fill)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.background)
    painter.drawPath(outline)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.mix(color, look.background, 0.34), stroke))
    painter.drawPath(outline)
    if left > 0:
        pen = QPen(color, stroke)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        length = outline.length() / stroke
        pen.setDashPattern([max(length * left, 0.01), length * 2])
        painter.setPen(pen)
        painter.drawPath(outline)
    _paint_code(painter, state, side, exit_code, color)


def _paint_ground(
    painter: QPainter, state: State, outline: QPainterPath, *, color: QColor, left: float, side: float
) -> None:
    pen = QPen(Qt.PenStyle.SolidLine)
    pen.setWidthF(max(1.0, side * 0.09))
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    dark = color if state is State.FAILED else theme.mix(color, QColor(0, 0, 0), 0.62)
    pen.setColor(dark)
    painter.setPen(pen)
    painter.setBrush(dark)
    painter.drawPath(outline)
    if left <= 0 or state is State.FAILED:
        return
    painter.save()
    clock = QPainterPath(QPointF(side / 2, side / 2))
    clock.arcTo(QRectF(-side, -side, side * 3, side * 3), 90, -360 * left)
    clock.closeSubpath()
    painter.setClipPath(clock)
    pen.setColor(color)
    painter.setPen(pen)
    painter.setBrush(color)
    painter.drawPath(outline)
    painter.restore()


def _outline(state: State, box: QRectF) -> QPainterPath:
    """The state's shape, drawn from twelve o'clock on, so that the edge runs out like a clock's hand."""
    path = QPainterPath()
    top = QPointF(box.center().x(), box.top())
    middle_x, middle_y = box.center().x(), box.center().y()
    path.moveTo(top)
    if state is State.AT_RISK:
        for x, y in ((box.right(), box.bottom()), (box.left(), box.bottom())):
            path.lineTo(x, y)
    elif state is State.FAILED:
        for x, y in (
            (box.right(), box.top()),
            (box.right(), box.bottom()),
            (box.left(), box.bottom()),
            (box.left(), box.top()),
        ):
            path.lineTo(x, y)
    elif state is State.UNKNOWN:
        for x, y in ((box.right(), middle_y), (middle_x, box.bottom()), (box.left(), middle_y)):
            path.lineTo(x, y)
    else:
        path.arcTo(box, 90, -360)
    path.closeSubpath()
    return path


def _paint_code(painter: QPainter, state: State, side: float, exit_code: int | None, color: QColor) -> None:
    text = "?" if exit_code is None else str(exit_code)
    share = {State.AT_RISK: 0.46, State.UNKNOWN: 0.5, State.FAILED: 0.6}.get(state, 0.48)
    height = side * share * (1.0 if len(text) == 1 else 0.72 if len(text) == 2 else 0.5)
    font = QFont(MONO)
    font.setWeight(QFont.Weight.Bold)
    font.setPixelSize(max(7, round(height / 0.73)))
    metrics = QFontMetricsF(font)
    drop = side * (0.17 if state is State.AT_RISK else 0.0)
    painter.setFont(font)
    painter.setPen(color)
    x = (side - metrics.horizontalAdvance(text)) / 2
    painter.drawText(QPointF(x, (side + metrics.capHeight()) / 2 + drop), text)


def _paint_lock(painter: QPainter, side: float) -> None:
    """A padlock on its own dark ground, so that it is told from the shape beneath at 16 pixels."""
    look = theme.Theme(theme.Mode.DARK)
    edge = max(7.0, side * 0.4)
    box = QRectF(side - edge, 0, edge, edge)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.background)
    painter.drawRoundedRect(box, edge * 0.22, edge * 0.22)
    unit = edge / 7
    body = QRectF(box.left() + unit * 1.2, box.top() + unit * 3.2, unit * 4.6, unit * 3)
    painter.setBrush(look.text)
    painter.drawRect(body)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.text, max(1.0, unit)))
    painter.drawArc(QRectF(box.left() + unit * 2.1, box.top() + unit * 1.1, unit * 2.8, unit * 4), 0, 180 * 16)
