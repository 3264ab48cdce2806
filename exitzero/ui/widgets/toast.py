"""What was just done, with the way back beside it: floats at the page's foot, moves nothing, and goes by itself."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QHideEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets import icons, paint
from exitzero.ui.widgets.card import Button, Kind, Text

_STAYS_MS = 12_000
_MARGIN = 16
_ICONS = {Tone.GOOD: "tick", Tone.WARN: "warning", Tone.BAD: "error"}


class Toast(QWidget):
    """One line over the foot of ``over``; trouble stays until it is closed, anything else for some seconds."""

    activated = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("toast")
        self._over = over
        self._tone = Tone.GOOD
        self.text = Text("", Role.STRONG13, wrap=True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.action = Button("", Kind.PLAIN, small=True)
        self.action.clicked.connect(self._act)
        close = Button("", Kind.QUIET, icon="close", small=True)
        close.setAccessibleName(self.tr("Dismiss"))
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(44, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        row.addWidget(self.action)
        row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_STAYS_MS)
        self._timer.timeout.connect(self._go)
        self.hide()

    def say(self, words: str, *, tone: Tone = Tone.GOOD, action: str = "") -> None:
        """Show a line; ``action`` names the button, none without."""
        self._tone = tone
        self.text.setText(words)
        self.action.setText(action)
        self.action.setAccessibleName(action)
        self.action.setVisible(bool(action))
        self.action.updateGeometry()
        self.setAccessibleName(words)
        if self.isHidden():
            self._over.installEventFilter(self)
        self.show()
        self.place()
        self.raise_()
        if tone in {Tone.GOOD, Tone.INFO}:
            self._timer.start()
        else:
            self._timer.stop()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def place(self) -> None:
        """Come to the foot of the page, in its middle."""
        room = self._over.width() - 2 * _MARGIN
        layout = self.layout()
        wide = min(room, max(360, round(paint.text_width(self.text.font(), self.text.text())) + 240))
        height = layout.heightForWidth(wide) if layout is not None and layout.hasHeightForWidth() else 44
        height = max(44, height)
        self.setGeometry((self._over.width() - wide) // 2, self._over.height() - height - _MARGIN, wide, height)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        self._over.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is getattr(self, "_over", None) and event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        color = look.tone(self._tone)
        rect = QRectF(self.rect())
        paint.draw_box(painter, rect, 8, theme.mix(color, look.raised, 0.08), theme.mix(color, look.strong_line, 0.5))
        name = _ICONS.get(self._tone, "info")
        icons.draw(painter, name, QRectF(14, round(rect.height() / 2) - 10, 20, 20), color)

    def _act(self) -> None:
        self.hide()
        self.activated.emit()

    def _go(self) -> None:
        # Whoever is about to press its button gets the time to do so.
        if self.underMouse() or self.action.hasFocus():
            self._timer.start()
        else:
            self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
