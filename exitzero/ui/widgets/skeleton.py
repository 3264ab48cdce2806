"""Grey shapes that stand where cards will be, while they are built or their record is being read.

An empty card would claim that there is nothing; a shape says that something is coming, and where.
"""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from exitzero.ui import theme
from exitzero.ui.widgets import paint

_LINES = ((18, 0.12, 10), (46, 0.18, 26), (92, 0.84, 8), (116, 0.5, 10), (140, 0.38, 10))
"""From the top, how much of the width, how tall."""
_MARGIN = 20
_HEAD = 196


class Skeleton(QWidget):
    """One card to come; ``sunken`` is the darker one for a terminal."""

    def __init__(self, *, sunken: bool = False) -> None:
        super().__init__()
        self._sunken = sunken
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(320, 176)

    def paintEvent(self, event: QPaintEvent) -> None:
        _draw_card(QPainter(self), QRectF(self.rect()), sunken=self._sunken)


class SkeletonPage(QWidget):
    """A whole page to come: two cards side by side and one below. It hides what is beneath it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().background)
        area = QRectF(self.rect()).adjusted(_MARGIN, theme.GAP + 4, -_MARGIN, -theme.GAP - 4)
        half = (area.width() - theme.GAP) / 2
        _draw_card(painter, QRectF(area.left(), area.top(), half, _HEAD))
        _draw_card(painter, QRectF(area.left() + half + theme.GAP, area.top(), half, _HEAD))
        _draw_card(painter, area.adjusted(0, _HEAD + theme.GAP, 0, 0))


def _draw_card(painter: QPainter, rect: QRectF, *, sunken: bool = False) -> None:
    look = theme.current()
    paint.draw_box(painter, rect, theme.RADIUS_CARD, look.sunken if sunken else look.panel, look.line)
    for top, share, tall in _LINES:
        if top + tall < rect.height() - 8:
            width = (rect.width() - 2 * theme.INSET) * share
            line = QRectF(rect.left() + theme.INSET, rect.top() + top, width, tall)
            paint.draw_box(painter, line, 4, look.track, None)
