"""Fields of forms: a name above, a control, and below it what is wrong or what it means.

The controls have one more manner than Qt's own: the wheel changes nothing while the page is merely scrolled.
"""

from collections.abc import Sequence
from datetime import time
from typing import Any

from PySide6.QtCore import QEvent, QLocale, Qt, QTime, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QTimeEdit, QVBoxLayout, QWidget

from exitzero.ui import theme
from exitzero.ui.format import time_format
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Text

_TROUBLE_WIDTH = 208
_TEXT_MARGINS = (8, 0, 0, 0)


class Field(QWidget):
    """A control with its name above and, below, what is wrong with it or what it means."""

    def __init__(self, label: str, control: QWidget, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        self._hint = hint
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.label = Text(label, Role.BODY13, Tone.DIM)
        # A name that is wider than its control may be cut, never the form pushed beyond the screen.
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.label.setBuddy(control)
        column.addWidget(self.label)
        column.addWidget(control)
        self._below = Text(hint, Role.SMALL12, Tone.DIM, wrap=True)
        # The words wrap under their control; they never make the field wider than it.
        self._below.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column.addWidget(self._below)
        # Not before it has its place: shown without a parent it would be a window of its own for a moment.
        self._below.setVisible(bool(hint))
        if not control.accessibleName():
            control.setAccessibleName(label)
        control.setAccessibleDescription(hint)

    @property
    def trouble(self) -> str:
        """What is wrong with the value, empty if nothing."""
        return self._below.text() if self.control.property("trouble") else ""

    def set_hint(self, hint: str) -> None:
        """Change what stands below while nothing is wrong."""
        self._hint = hint
        if not self.control.property("trouble"):
            self._say(hint, Tone.DIM)

    def set_trouble(self, message: str) -> None:
        """Mark the value as wrong and say why; an empty message takes the mark away."""
        marked = bool(message)
        self.setMinimumWidth(_TROUBLE_WIDTH if marked else 0)
        if bool(self.control.property("trouble")) is not marked:
            self.control.setProperty("trouble", marked)
            self.control.style().unpolish(self.control)
            self.control.style().polish(self.control)
        self._say(message or self._hint, Tone.BAD if marked else Tone.DIM)

    def _say(self, text: str, tone: Tone) -> None:
        self._below.setText(text)
        self._below.set_tone(tone)
        self._below.setVisible(bool(text))
        self.control.setAccessibleDescription(text)


class WeekdayPicker(QWidget):
    """Seven small switches, one a weekday; the arrow keys walk, Space switches."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.days: list[_DaySwitch] = []
        for weekday in range(7):
            switch = _DaySwitch(weekday)
            switch.toggled.connect(self.changed)
            self.days.append(switch)
            row.addWidget(switch)
        row.addStretch(1)

    def chosen(self) -> frozenset[int]:
        """The weekdays that are on, 0 is Monday."""
        return frozenset(day for day, switch in enumerate(self.days) if switch.isChecked())

    def choose(self, weekdays: frozenset[int]) -> None:
        """Switch these on and the others off."""
        for day, switch in enumerate(self.days):
            switch.setChecked(day in weekdays)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = next((index for index, switch in enumerate(self.days) if switch.hasFocus()), None)
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if at is None or not step:
            super().keyPressEvent(event)
        else:
            self.days[(at + step) % 7].setFocus(Qt.FocusReason.TabFocusReason)


class _DaySwitch(Button):
    def __init__(self, weekday: int) -> None:
        locale = QLocale()
        super().__init__(locale.dayName(weekday + 1, QLocale.FormatType.ShortFormat)[:3], small=True)
        self.setCheckable(True)
        self.setAccessibleName(locale.dayName(weekday + 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isChecked():
            painter = QPainter(self)
            painter.fillRect(8, self.height() - 4, self.width() - 16, 2, theme.current().info)


class Spin(QSpinBox):
    """A number field that the wheel changes only while it has the keyboard, so that scrolling edits nothing."""

    def __init__(self, least: int, most: int, width: int = 112) -> None:
        super().__init__()
        self.setRange(least, most)
        self.lineEdit().setTextMargins(*_TEXT_MARGINS)
        self.setFixedWidth(width)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Choice(QComboBox):
    """A list to choose from, with the same manners."""

    def __init__(self, choices: Sequence[tuple[str, Any]] = (), width: int = 0) -> None:
        super().__init__()
        for words, value in choices:
            self.addItem(words, value)
        if width:
            self.setFixedWidth(width)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def choose(self, value: object) -> None:
        """Choose the entry that stands for this value, if there is one."""
        for at in range(self.count()):
            if self.itemData(at) == value:
                self.setCurrentIndex(at)
                return

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class TimeField(QTimeEdit):
    """A time of day, with the same manners, counted to 12 or 24 as the person wishes."""

    def __init__(self, width: int = 108) -> None:
        super().__init__()
        self.setDisplayFormat(time_format())
        self.lineEdit().setTextMargins(*_TEXT_MARGINS)
        self.setFixedWidth(width)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def value(self) -> time:
        """The time that stands there."""
        here = self.time()
        return time(here.hour(), here.minute())

    def set_value(self, value: time) -> None:
        """Show a time."""
        self.setTime(QTime(value.hour, value.minute))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Selectable(QLabel):
    """Plain words that can be selected and copied, in the theme's role and tone."""

    def __init__(self, text: str = "", role: Role = Role.MONO12, tone: Tone = Tone.DIM) -> None:
        super().__init__(text)
        self._role, self._tone = role, tone
        self._worn: theme.Theme | None = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._dress()

    def _dress(self) -> None:
        look = theme.current()
        if self._worn is look:
            return
        self._worn = look
        self.setFont(look.font(self._role))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, look.tone(self._tone))
        self.setPalette(palette)
