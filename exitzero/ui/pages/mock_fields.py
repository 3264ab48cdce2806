"""Fields that only the form of an interview has: a zone found by typing, reminders as chips, a checklist that grows."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDateEdit,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from exitzero.ui.pages.fields import Spin
from exitzero.ui.pages.layout import Flow, empty_layout
from exitzero.ui.widgets.card import Button, Kind

USUAL_REMINDERS = (1440, 60, 10)
_UNITS = ((1440, "day", "days"), (60, "h", "h"), (1, "min", "min"))


def reminder_text(minutes: int) -> str:
    """``1 day``, ``90 min``, ``1 h``: how long before."""
    for size, one, many in _UNITS:
        if minutes % size == 0:
            count = minutes // size
            return f"{count} {_tr(one if count == 1 else many)}"
    return str(minutes)


def _tr(text: str) -> str:
    return QCoreApplication.translate("MockFields", text)


class DateField(QDateEdit):
    """A date that the wheel changes only while it has the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.setDisplayFormat("ddd d MMM yyyy")
        self.lineEdit().setTextMargins(8, 0, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ZoneCompleter(QCompleter):
    """Proposes zones by any part of their names, also written with spaces."""

    def splitPath(self, path: str) -> list[str]:
        """What is looked for."""
        return [path.replace(" ", "_")]


class ZoneField(QComboBox):
    """Every time zone, found by any part of its name; one's own stands first. Read the choice from :attr:`zone`."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(16)
        self._names = QStringListModel(self)
        self.setModel(self._names)
        completer = ZoneCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setMaxVisibleItems(10)
        self.setCompleter(completer)
        self.setMaxVisibleItems(12)
        self.currentTextChanged.connect(self._changed)

    @property
    def zone(self) -> str:
        """What stands there, as a zone is written; people type spaces where the name has underscores."""
        typed = "_".join(self.currentText().split())
        known = {name.casefold(): name for name in self._names.stringList()}
        exact = known.get(typed.casefold())
        if exact is None and typed:
            ends = [name for key, name in known.items() if key.rpartition("/")[2] == typed.casefold()]
            exact = ends[0] if len(ends) == 1 else None
        return exact or typed

    def set_zones(self, names: Sequence[str]) -> None:
        """The zones there are; what stands in the field stays."""
        before = self.currentText()
        self._names.setStringList(list(names))
        self.setEditText(before)

    def set_zone(self, name: str) -> None:
        """Show a zone."""
        if name and name not in self._names.stringList():
            self._names.setStringList([name, *self._names.stringList()])
        self.setCurrentText(name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        line = self.lineEdit()
        # The list of proposals hands the focus back while one types; then what stands there must stay.
        if line is not None and event.reason() != Qt.FocusReason.PopupFocusReason:
            line.selectAll()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def _changed(self, _text: str) -> None:
        self.chosen.emit(self.zone)


class ReminderChips(QWidget):
    """When to be reminded: the usual times to switch on and off, and one's own."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: dict[int, Button] = {}
        self._flow = Flow(spacing=6)
        self.count = Spin(1, 999, 84)
        self.count.setValue(30)
        self.count.setAccessibleName(_tr("How long before"))
        self.unit = QComboBox()
        for words, size in ((_tr("min"), 1), (_tr("h"), 60), (_tr("days"), 1440)):
            self.unit.addItem(words, size)
        self.unit.setAccessibleName(_tr("Minutes, hours or days"))
        self.add = Button(_tr("Add"), small=False)
        self.add.setAccessibleName(_tr("Add a reminder"))
        self.add.clicked.connect(self._add)
        own = QHBoxLayout()
        own.setSpacing(6)
        for part in (self.count, self.unit, self.add):
            own.addWidget(part)
        own.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._flow)
        column.addLayout(own)
        self.set_minutes(USUAL_REMINDERS)

    @property
    def minutes(self) -> tuple[int, ...]:
        """The reminders that are on, the earliest first."""
        return tuple(sorted((m for m, chip in self._chips.items() if chip.isChecked()), reverse=True))

    def set_minutes(self, minutes: Sequence[int]) -> None:
        """Switch these on, and the usual others off."""
        empty_layout(self._flow)
        self._chips = {}
        for each in sorted({*USUAL_REMINDERS, *minutes}, reverse=True):
            chip = Button(reminder_text(each), small=True)
            chip.setCheckable(True)
            chip.setChecked(each in minutes)
            self._dress(chip, each)
            chip.toggled.connect(partial(self._switched, chip, each))
            self._chips[each] = chip
            self._flow.addWidget(chip)
            chip.show()
        self.updateGeometry()

    def _switched(self, chip: Button, minutes: int, _on: bool) -> None:
        self._dress(chip, minutes)
        self.changed.emit()

    def _dress(self, chip: Button, minutes: int) -> None:
        words = reminder_text(minutes)
        on = chip.isChecked()
        chip.setText(f"✓ {words}" if on else words)
        state = _tr("on") if on else _tr("off")
        chip.setAccessibleName(_tr("Reminder {0} before: {1}").format(words, state))
        chip.updateGeometry()

    def _add(self) -> None:
        wanted = self.count.value() * int(self.unit.currentData())
        self.set_minutes((*self.minutes, wanted))
        self.changed.emit()


class Checklist(QWidget):
    """What to prepare, each with a tick; Enter in the last line adds one."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[QWidget, QCheckBox, QLineEdit]] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(2)
        self.line = QLineEdit()
        self.line.setPlaceholderText(_tr("Add a step, Enter"))
        self.line.setAccessibleName(_tr("New step of the preparation"))
        self.line.returnPressed.connect(self._add)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        outer.addLayout(self._column)
        outer.addWidget(self.line)

    @property
    def items(self) -> tuple[tuple[str, bool], ...]:
        """The steps and whether they are done, with one that is still in the line."""
        rows = [(edit.text().strip(), box.isChecked()) for _row, box, edit in self._rows if edit.text().strip()]
        if self.line.text().strip():
            rows.append((self.line.text().strip(), False))
        return tuple(rows)

    def set_items(self, items: Sequence[tuple[str, bool]]) -> None:
        """Show these steps."""
        empty_layout(self._column)
        self._rows = []
        self.line.clear()
        for words, done in items:
            self._put(words, done=done)

    def _add(self) -> None:
        words = self.line.text().strip()
        if words:
            self._put(words, done=False)
            self.line.clear()
            self.changed.emit()

    def _put(self, words: str, *, done: bool) -> None:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        box = QCheckBox()
        box.setChecked(done)
        box.setAccessibleName(_tr("Done: {0}").format(words))
        edit = QLineEdit(words)
        edit.setAccessibleName(_tr("Step"))
        edit.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        away = Button("", Kind.QUIET, icon="close", small=True)
        away.setAccessibleName(_tr("Remove {0}").format(words))
        entry = (row, box, edit)
        away.clicked.connect(partial(self._remove, row))
        box.toggled.connect(self.changed)
        edit.textEdited.connect(self.changed)
        for part in (box, edit, away):
            line.addWidget(part)
        line.setStretch(1, 1)
        self._rows.append(entry)
        self._column.addWidget(row)

    def _remove(self, row: QWidget) -> None:
        self._rows = [entry for entry in self._rows if entry[0] is not row]
        row.hide()
        row.deleteLater()
        self.changed.emit()
