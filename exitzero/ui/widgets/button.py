"""Buttons: one primary on a card, plain ones beside it, danger where something is lost for good."""

from enum import StrEnum

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role
from exitzero.ui.widgets import icons, paint

_ICON = 16


class Kind(StrEnum):
    """What pressing it means."""

    PRIMARY = "primary"
    PLAIN = "plain"
    DANGER = "danger"
    QUIET = "quiet"


class Button(QPushButton):
    """A push button in the theme's look. ``small`` is for rows and banners (28 px), else 32 px high."""

    def __init__(
        self,
        text: str,
        kind: Kind = Kind.PLAIN,
        parent: QWidget | None = None,
        *,
        icon: str = "",
        small: bool = False,
    ) -> None:
        super().__init__(text, parent)
        self.setObjectName(f"button-{kind}")
        self._kind = kind
        self._icon = icon
        self._small = small
        self._busy = False
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)

    @property
    def kind(self) -> Kind:
        """What pressing it means."""
        return self._kind

    def set_kind(self, kind: Kind) -> None:
        """Change what it means, and with it its colours."""
        self._kind = kind
        self.update()

    def set_busy(self, busy: bool, text: str | None = None) -> None:
        """Show that what it does is being done; it cannot be pressed meanwhile."""
        self._busy = busy
        self.setDisabled(busy)
        if text is not None:
            self.setText(text)
            self.setAccessibleName(text)
            self.updateGeometry()
        self.setAccessibleDescription(self.tr("working") if busy else "")
        self.update()

    def sizeHint(self) -> QSize:
        width = paint.text_width(self._font(), self.text()) if self.text() else 0.0
        if self._icon:
            width += _ICON + (8 if self.text() else 0)
        height = 28 if self._small else theme.CONTROL_HEIGHT
        sides = (20 if self._small else 28) if self.text() else height - _ICON
        return QSize(round(width + sides + 0.5), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        fill, line, ink = self._colors()
        radius = float(theme.RADIUS_CONTROL)
        if self._kind is not Kind.QUIET or self.underMouse() or self.isDown() or self.isChecked():
            paint.draw_box(painter, rect, radius, fill, line)
        text_width = paint.text_width(self._font(), self.text()) if self.text() else 0.0
        used = text_width + ((_ICON + (8 if self.text() else 0)) if self._icon else 0)
        left = max(8.0, (rect.width() - used) / 2) if self.text() else (rect.width() - _ICON) / 2
        if self._icon:
            place = QRectF(round(left), round((rect.height() - _ICON) / 2), _ICON, _ICON)
            icons.draw(painter, self._icon, place, ink)
            left += _ICON + 8
        if self.text():
            area = QRectF(left, 0, rect.width() - left - 4, rect.height())
            text = paint.elided(self._font(), self.text(), area.width() + 1)
            paint.draw_text(painter, area, text, font=self._font(), color=ink)
        if self.hasFocus():
            ring = look.text if self._kind in {Kind.PRIMARY, Kind.DANGER} else look.info
            paint.draw_focus_ring(painter, rect, radius, ring)

    def _font(self) -> QFont:
        strong = self._kind in {Kind.PRIMARY, Kind.DANGER}
        return theme.current().font(Role.STRONG13 if strong else Role.BODY13)

    def _colors(self) -> tuple[QColor, QColor | None, QColor]:
        look = theme.current()
        over = self.underMouse() and self.isEnabled()
        down = self.isDown() or self.isChecked()
        if not self.isEnabled():
            # A working button keeps readable words; one that cannot be pressed steps back.
            return look.panel, look.line, look.dim if self._busy else look.faint
        if self._kind is Kind.PRIMARY:
            share = 0.78 if down else 0.88 if over else 1.0
            return theme.mix(look.info, look.text, share), None, look.on_fill
        if self._kind is Kind.DANGER:
            fail = look.state(theme.State.FAILED)
            if over or down:
                return theme.mix(fail, look.panel, 0.85 if down else 1.0), None, look.on_fill
            return theme.mix(fail, look.panel, 0.08), theme.mix(fail, look.panel, 0.6), fail
        if self._kind is Kind.QUIET:
            return (look.line if down else look.track), None, look.text if over or down else look.dim
        if down:
            return look.line, look.strong_line, look.text
        return (look.track if over else look.raised), look.strong_line, look.text
