"""The time that is left, in figures that can be read from two metres, at the price of one small paint a second."""

import math
from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetricsF, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role
from exitzero.ui.widgets import paint

_NONE = "--:--:--"


def format_left(seconds: float | None) -> str:
    """``HH:MM:SS`` of the seconds left, rounded up so that zero shows at zero; dashes when it is not known."""
    if seconds is None:
        return _NONE
    whole = max(0, math.ceil(seconds))
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


class Countdown(QWidget):
    """Counts down to the deadline. It asks ``remaining`` for the seconds left and keeps no clock of its own."""

    def __init__(self, parent: QWidget | None = None, *, role: Role = Role.FIGURE64) -> None:
        super().__init__(parent)
        self.setObjectName("countdown")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._role = role
        self._remaining: Callable[[], float | None] | None = None
        self._text = _NONE
        self._passed = self.tr("deadline passed")
        self._over = False
        self._align = Qt.AlignmentFlag.AlignRight
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.refresh)
        self.setAccessibleName(self.tr("Time left"))
        self.setAccessibleDescription(self.tr("not known"))

    def set_target(self, remaining: Callable[[], float | None] | None) -> None:
        """Count by this function: seconds left, below zero when passed, None when there is no deadline."""
        self._remaining = remaining
        self.refresh()

    def set_passed_word(self, word: str) -> None:
        """The word under ``00:00:00``: what happens now that the deadline has passed."""
        self._passed = word
        self.update()

    def set_alignment(self, align: Qt.AlignmentFlag) -> None:
        """Left, centre or right; right is what the cockpit wants."""
        self._align = align
        self.update()

    @property
    def text(self) -> str:
        """What it shows now."""
        return self._text

    @property
    def running(self) -> bool:
        """Whether it will wake up again by itself."""
        return self._timer.isActive()

    def refresh(self) -> None:
        """Ask again now, and wake up at the next full second while somebody can see it."""
        seconds = self._remaining() if self._remaining is not None else None
        text = format_left(seconds)
        over = seconds is not None and seconds <= 0
        if len(text) != len(self._text):
            self.updateGeometry()
        if over != self._over or len(text) != len(self._text) or (text == _NONE) != (self._text == _NONE):
            self._over, self._text = over, text
            self._describe(seconds)
            self.update()
        elif text != self._text:
            first = next(i for i, (a, b) in enumerate(zip(text, self._text, strict=True)) if a != b)
            if first < len(text) - 2:
                self._text = text
                self._describe(seconds)
            self._text = text
            cell, left, top, height = self._cells()
            start = left + first * cell
            self.update(
                QRect(
                    math.floor(start) - 1,
                    math.floor(top),
                    math.ceil(left + cell * len(text) - start) + 2,
                    math.ceil(height),
                )
            )
        if seconds is None or seconds <= 0 or not self.isVisible():
            self._timer.stop()
            return
        part = seconds - math.floor(seconds)
        self._timer.start(max(1, math.ceil((part if part > 0 else 1.0) * 1000)))

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(theme.current().font(self._role))
        width = metrics.horizontalAdvance("0") * len(self._text)
        return QSize(math.ceil(width) + 2, math.ceil(metrics.capHeight() * 1.5) + (18 if self._over else 0))

    def minimumSizeHint(self) -> QSize:
        width = self._width_in(Role.FIGURE40 if self._role is Role.FIGURE64 else self._role)
        return QSize(math.ceil(width) + 2, self.sizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        color = look.text
        if self._remaining is None or self._text == _NONE:
            color = look.dim
        elif self._over:
            color = look.state(theme.State.FAILED)
        painter.setFont(self._font())
        painter.setPen(color)
        cell, left, top, height = self._cells()
        clip = event.rect()
        centre = int(Qt.AlignmentFlag.AlignCenter)
        for index, char in enumerate(self._text):
            box = QRectF(left + index * cell, top, cell, height)
            if box.right() + 2 >= clip.left() and box.left() - 2 <= clip.right():
                painter.drawText(box.adjusted(-4, -20, 4, 20), centre, char)
        if self._over:
            area = QRectF(0, top + height, self.width(), 18)
            paint.draw_text(painter, area, self._passed, font=look.font(Role.SMALL12), color=color, align=self._align)

    def _font(self) -> QFont:
        """The figure's font: a step smaller where a narrow window has no room for it."""
        narrow = self._role is Role.FIGURE64 and self.width() < self._width_in(self._role)
        return theme.current().font(Role.FIGURE40 if narrow else self._role)

    def _width_in(self, role: Role) -> float:
        return QFontMetricsF(theme.current().font(role)).horizontalAdvance("0") * len(self._text)

    def _cells(self) -> tuple[float, float, float, float]:
        metrics = QFontMetricsF(self._font())
        cell = metrics.horizontalAdvance("0")
        width = cell * len(self._text)
        left = 0.0
        if self._align == Qt.AlignmentFlag.AlignRight:
            left = self.width() - width
        elif self._align == Qt.AlignmentFlag.AlignHCenter:
            left = (self.width() - width) / 2
        height = metrics.capHeight() * 1.5
        top = (self.height() - height - (18 if self._over else 0)) / 2
        return cell, left, top, height

    def _describe(self, seconds: float | None) -> None:
        # Said once a minute: a screen reader that hears every second can say nothing else.
        if seconds is None:
            self.setAccessibleDescription(self.tr("not known"))
        elif seconds <= 0:
            self.setAccessibleDescription(self._passed)
        else:
            minutes = math.ceil(seconds) // 60
            self.setAccessibleDescription(self.tr("{0} h {1} min").format(minutes // 60, minutes % 60))
