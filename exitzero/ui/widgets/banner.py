"""What must be said across the page, and what stands where there is nothing yet: banner and empty state."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets import icons, paint
from exitzero.ui.widgets.button import Button, Kind

_ICONS = {Tone.INFO: "info", Tone.GOOD: "tick", Tone.WARN: "warning", Tone.BAD: "error", Tone.UNKNOWN: "why"}


class Text(QLabel):
    """A text in one of the theme's roles and tones; it follows a change of theme by itself."""

    def __init__(
        self,
        text: str = "",
        role: Role = Role.BODY14,
        tone: Tone = Tone.PLAIN,
        parent: QWidget | None = None,
        *,
        wrap: bool = False,
    ) -> None:
        super().__init__(text, parent)
        self._role = role
        self._tone = tone
        self._worn: tuple[theme.Theme, Tone] | None = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self._dress()

    def set_tone(self, tone: Tone) -> None:
        """Change what the text means, and with it its colour."""
        self._tone = tone
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._dress()

    def _dress(self) -> None:
        # Qt tells of a new style with each new parent too; dressing anew each time made building a page twice as long.
        look = theme.current()
        color = look.tone(self._tone)
        palette = self.palette()
        # Looked at and not remembered: a style sheet that comes over a parent takes the colour off again.
        if self._worn == (look, self._tone) and palette.color(self.foregroundRole()) == color:
            return
        self._worn = (look, self._tone)
        self.setFont(look.font(self._role))
        palette.setColor(self.foregroundRole(), color)
        self.setPalette(palette)


class Banner(QWidget):
    """One message above the page: what happened, what to do, one button for it. Never scolds."""

    activated = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        # Not fixed in height: long words wrap, and Qt asks the layout how high they are at this width.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._tone = Tone.INFO
        self._title = Text("", Role.STRONG14, wrap=True)
        self._advice = Text("", Role.BODY13, Tone.DIM, wrap=True)
        self._action = Button("", Kind.PLAIN, small=True)
        self._action.clicked.connect(self.activated)
        self._close = Button("", Kind.QUIET, icon="close", small=True)
        self._close.setObjectName("banner-dismiss")
        self._close.setAccessibleName(self.tr("Dismiss"))
        self._close.setToolTip(self.tr("Dismiss"))
        self._close.clicked.connect(self._dismiss)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._advice)
        row = QHBoxLayout(self)
        row.setContentsMargins(48, 10, 10, 10)
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addWidget(self._action)
        row.addWidget(self._close)
        self.hide()

    def show_message(
        self, tone: Tone, title: str, advice: str = "", *, action: str = "", dismissable: bool = True
    ) -> None:
        """Show a message; the tone is info, good, warn, bad or unknown. It stays until dismissed or cleared."""
        self._tone = tone
        self._title.setText(title)
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
        self._action.setText(action)
        self._action.setAccessibleName(action)
        self._action.setVisible(bool(action))
        self._action.updateGeometry()
        self._close.setVisible(dismissable)
        self.setAccessibleName(title)
        self.setAccessibleDescription(advice)
        self.show()
        self.update()

    def clear(self) -> None:
        """Take the message away: its reason is gone."""
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        color = look.tone(self._tone)
        rect = QRectF(self.rect())
        paint.draw_box(painter, rect, 8, theme.mix(color, look.panel, 0.09), theme.mix(color, look.panel, 0.45))
        icons.draw(painter, _ICONS.get(self._tone, "info"), QRectF(16, round(rect.height() / 2) - 10, 20, 20), color)

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()


class EmptyState(QWidget):
    """Stands where there is nothing yet: what is missing, what will fill it, the button that begins it."""

    activated = Signal()

    def __init__(
        self, title: str, text: str, button: str = "", parent: QWidget | None = None, *, icon: str = ""
    ) -> None:
        super().__init__(parent)
        self.setObjectName("empty-state")
        self._icon = icon
        self._title = Text(title, Role.HEADING)
        self._title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._text = Text(text, Role.BODY13, Tone.DIM, wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._text.setMaximumWidth(420)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.INSET, theme.INSET + (44 if icon else 0), theme.INSET, theme.INSET)
        column.setSpacing(6)
        column.addStretch(1)
        column.addWidget(self._title)
        # A wrapping label asks for little width; the stretches leave it all there is, up to its maximum.
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self._text, 1000)
        line.addStretch(1)
        column.addLayout(line)
        self.button = Button(button, Kind.PRIMARY)
        self.button.clicked.connect(self.activated)
        column.addSpacing(10)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.button.setVisible(bool(button))  # With its place: alone it would be a window for a moment.
        column.addStretch(1)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)

    def set_words(self, title: str, text: str) -> None:
        """Change what is said."""
        self._title.setText(title)
        self._text.setText(text)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._icon:
            return
        look = theme.current()
        painter = QPainter(self)
        place = QRectF(round(self.width() / 2) - 16, self._title.y() - 44, 32, 32)
        icons.draw(painter, self._icon, place, look.faint)
