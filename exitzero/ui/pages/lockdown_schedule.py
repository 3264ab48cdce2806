"""The schedule of a lockdown as fields: stretches of the week, each a weekday and two times."""

from datetime import time
from functools import partial

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exitzero.core.blocking import Window
from exitzero.ui.pages.fields import Choice, TimeField
from exitzero.ui.pages.layout import Flow, empty_layout
from exitzero.ui.pages.lockdown_site_fields import in_row
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Kind, Text


class WindowLine(QWidget):
    """A stretch of the week: weekday, from, to."""

    changed = Signal()
    removed = Signal()

    def __init__(self, window: Window, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        locale = QLocale()
        self.day = Choice([(locale.dayName(day + 1), day) for day in range(7)], 128)
        self.begin, self.end = TimeField(), TimeField()
        self.day.setAccessibleName(self.tr("Weekday"))
        self.begin.setAccessibleName(self.tr("Locked from"))
        self.end.setAccessibleName(self.tr("Locked until"))
        self.day.choose(window.weekday)
        self.begin.set_value(window.starts)
        self.end.set_value(window.ends)
        self.remove = Button("", Kind.QUIET, icon="close", small=True)
        self.remove.setAccessibleName(self.tr("Take this stretch out"))
        self.remove.clicked.connect(self.removed)
        self.words = Text("", Role.SMALL12, Tone.DIM)
        flow = Flow(self)
        line = in_row(self.remove, self.day, self.begin, Text(self.tr("to"), Role.BODY13, Tone.DIM), self.end)
        flow.addWidget(line)
        flow.addWidget(self.words)
        self.day.currentIndexChanged.connect(self._changed)
        self.begin.timeChanged.connect(self._changed)
        self.end.timeChanged.connect(self._changed)
        self._say()

    @property
    def stretch(self) -> Window:
        """The stretch as it stands."""
        return Window(int(self.day.currentData()), self.begin.value, self.end.value)

    def _changed(self) -> None:
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        window = self.stretch
        if window.starts == window.ends:
            self.words.setText(self.tr("has no length"))
            self.words.set_tone(Tone.BAD)
        else:
            self.words.setText(self.tr("ends the next day") if window.ends < window.starts else "")
            self.words.set_tone(Tone.DIM)


class Schedule(QWidget):
    """The stretches of the week in which sites are locked."""

    changed = Signal()
    remade = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[WindowLine] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.add = Button(self.tr("Add a stretch"), icon="plus", small=True)
        self.add.clicked.connect(self._add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._rows)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    def windows(self) -> frozenset[Window]:
        """What stands there."""
        return frozenset(line.stretch for line in self.lines)

    def load(self, windows: frozenset[Window]) -> None:
        """Show what is agreed."""
        if self.lines and self.windows() == windows:
            return
        empty_layout(self._rows)
        self.lines = []
        for window in sorted(windows):
            self._show(window)

    def _show(self, window: Window) -> WindowLine:
        line = WindowLine(window)
        line.changed.connect(self.changed)
        line.removed.connect(partial(self._remove, line))
        self.lines.append(line)
        self._rows.addWidget(line)
        self.remade.emit()
        return line

    def stops(self) -> list[QWidget]:
        """What the Tab key visits."""
        return [*(stop for line in self.lines for stop in (line.remove, line.day, line.begin, line.end)), self.add]

    def _add(self) -> None:
        last = self.lines[-1].stretch if self.lines else Window(6, time(9), time(12))
        line = self._show(Window((last.weekday + 1) % 7, last.starts, last.ends))
        line.day.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _remove(self, line: WindowLine) -> None:
        self.lines.remove(line)
        self._rows.removeWidget(line)
        line.hide()
        line.deleteLater()
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()
