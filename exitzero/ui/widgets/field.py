"""A field of a form: its label above, the control, and below it the hint or, in its place, what is wrong."""

from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from exitzero.ui import theme
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import icons
from exitzero.ui.widgets.banner import Text


class Check(StrEnum):
    """How a check while typing stands."""

    NONE = "none"
    RUNNING = "running"
    GOOD = "good"
    BAD = "bad"


class Field(QWidget):
    """A labelled control. The trouble with what was typed is said here, at the field, and read aloud with it."""

    def __init__(self, label: str, control: QWidget, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("field")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.control = control
        self._hint = hint
        self._error: str | None = None
        self._label = Text(label, Role.BODY13, Tone.DIM)
        self._label.setBuddy(control)
        self._message = Text(hint, Role.SMALL12, Tone.DIM, wrap=True)
        self._mark = _CheckMark(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        line = QHBoxLayout()
        line.setSpacing(8)
        if isinstance(control, QCheckBox):
            # The box says its own words; a label above would say them twice.
            if not control.text():
                control.setText(label)
            self._label.hide()
        else:
            column.addWidget(self._label)
        line.addWidget(control, 1)
        line.addWidget(self._mark)
        column.addLayout(line)
        column.addWidget(self._message)
        control.setAccessibleName(label)
        if isinstance(control, QAbstractSpinBox):
            # Qt leaves the left padding of a spin box out of the stylesheet.
            for inner in control.findChildren(QLineEdit):
                inner.setTextMargins(8, 0, 0, 0)
        if isinstance(control, (QAbstractSpinBox, QComboBox, QLineEdit)):
            control.setMinimumHeight(theme.CONTROL_HEIGHT)
        if not control.objectName():
            control.setObjectName("field-control")
        self._show_message()

    @property
    def error(self) -> str | None:
        """What is wrong with what stands in it, or None."""
        return self._error

    @property
    def check(self) -> Check:
        """How the check while typing stands."""
        return self._mark.check

    def set_error(self, text: str | None) -> None:
        """Say what is wrong and how it must be; None when nothing is."""
        if text == self._error:
            return
        self._error = text
        self.control.setProperty("trouble", text is not None)
        style = self.control.style()
        style.unpolish(self.control)
        style.polish(self.control)
        self._show_message()

    def set_hint(self, text: str) -> None:
        """What helps to fill it in; gives way to an error."""
        self._hint = text
        self._show_message()

    def set_check(self, check: Check, text: str = "") -> None:
        """Show a check while typing at the field's right; ``text`` says its result in place of the hint."""
        self._mark.set_check(check)
        if check is Check.BAD and text:
            self.set_error(text)
            return
        self.set_error(None)
        self._show_message(text)

    def _show_message(self, result: str = "") -> None:
        text = self._error or result or self._hint
        tone = Tone.BAD if self._error else Tone.GOOD if result and self.check is Check.GOOD else Tone.DIM
        self._message.setText(text)
        self._message.set_tone(tone)
        self._message.setVisible(bool(text))
        self.control.setAccessibleDescription(text)


class _CheckMark(QWidget):
    """Turning while something is being asked, then a tick or a cross. Takes its place only once it is needed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.check = Check.NONE
        self._angle = 90
        self._timer = QTimer(self)
        self._timer.setInterval(90)
        self._timer.timeout.connect(self._turn)
        self.setObjectName("field-check")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def set_check(self, check: Check) -> None:
        self.check = check
        words = {
            Check.RUNNING: self.tr("checking"),
            Check.GOOD: self.tr("right"),
            Check.BAD: self.tr("not right"),
        }
        self.setAccessibleName(words.get(check, ""))
        self.setVisible(check is not Check.NONE)
        self._set_turning()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(20, 20)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._set_turning()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        rect = QRectF(0, (self.height() - 20) / 2, 20, 20)
        if self.check is Check.GOOD:
            icons.draw(painter, "tick", rect, look.state(State.SAFE))
        elif self.check is Check.BAD:
            icons.draw(painter, "cross", rect, look.state(State.FAILED))
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ring = rect.adjusted(3, 3, -3, -3)
            painter.setPen(QPen(look.track, 2))
            painter.drawEllipse(ring)
            painter.setPen(QPen(look.info, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawArc(ring, self._angle * 16, -100 * 16)

    def _set_turning(self) -> None:
        turn = self.check is Check.RUNNING and self.isVisible() and not theme.current().reduced_motion
        if turn and not self._timer.isActive():
            self._timer.start()
        elif not turn:
            self._timer.stop()

    def _turn(self) -> None:
        self._angle = (self._angle - 30) % 360
        self.update()
