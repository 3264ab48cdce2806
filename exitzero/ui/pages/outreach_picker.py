"""Choosing a target by a few letters, or making a new one of the same line."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from exitzero.ui.link import Link
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Kind, Text
from exitzero.work.outreach.views import TargetView

_ASK_MS = 90
_MOST = 6
_NEW = -1


class _Line(QLineEdit):
    walked = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self.walked.emit(step)
        else:
            super().keyPressEvent(event)


class TargetPicker(QWidget):
    """A line to type into and what it finds; ``chosen`` says the number, or 0 after *Change*.

    ``new_wanted`` carries the line that a new target is to be made of.
    """

    chosen = Signal(int)
    new_wanted = Signal(str)

    def __init__(self, link: Link, parent: QWidget | None = None, *, can_make: bool = True) -> None:
        super().__init__(parent)
        self.link = link
        self.target = 0
        self._can_make = can_make
        self._found: tuple[TargetView, ...] = ()
        self.line = _Line()
        self.line.setAccessibleName(self.tr("Target"))
        self.line.setPlaceholderText(self.tr("Name, company or tag; or a new one in one line"))
        self.line.textChanged.connect(self._typed)
        self.line.walked.connect(self._walk)
        self.line.returnPressed.connect(self._enter)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Targets found"))
        self.list.setUniformItemSizes(True)
        self.list.itemClicked.connect(self._take)
        self.list.itemActivated.connect(self._take)
        self.list.hide()
        self._name = Text("", Role.STRONG14)
        self._what = Text("", Role.BODY13, Tone.DIM)
        self.change = Button(self.tr("Change"), Kind.QUIET, small=True)
        self.change.clicked.connect(self.clear)
        self._shown = QWidget()
        row = QHBoxLayout(self._shown)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(8)
        row.addWidget(self._name)
        row.addWidget(self._what, 1)
        row.addWidget(self.change)
        self._shown.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.line)
        column.addWidget(self.list)
        column.addWidget(self._shown)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_MS)
        self._timer.timeout.connect(self._ask)
        self.setFocusProxy(self.line)

    def choose(self, target: TargetView) -> None:
        """Take this one."""
        self.show_chosen(target.id, target.name, told.role_line(target))

    def show_chosen(self, target: int, name: str, what: str = "") -> None:
        """Take the target of that number."""
        self.target = target
        self._name.setText(name)
        self._what.setText(what)
        self._shown.setAccessibleName(f"{name}, {what}")
        self.line.hide()
        self.list.hide()
        self._shown.show()
        self.chosen.emit(target)

    def clear(self) -> None:
        """Ask again."""
        self.target = 0
        self._shown.hide()
        self.line.show()
        self.line.clear()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen.emit(0)

    def _typed(self, text: str) -> None:
        if text.strip():
            self._timer.start()
        else:
            self._timer.stop()
            self.list.hide()

    def _ask(self) -> None:
        text = self.line.text().strip()
        self.link.ask(lambda questions: (text, questions.outreach.find(text, _MOST)), self._answered)

    def _answered(self, answer: tuple[str, Sequence[TargetView]]) -> None:
        text, found = answer
        if text != self.line.text().strip() or self.target:
            return
        self._found = tuple(found)
        self.list.clear()
        for each in self._found:
            what = told.role_line(each)
            item = QListWidgetItem(f"{each.name}   {what}" if what else each.name)
            item.setData(Qt.ItemDataRole.UserRole, each.id)
            item.setToolTip(told.stage_title(each.stage))
            self.list.addItem(item)
        if self._can_make:
            item = QListWidgetItem(self.tr("New: {0}").format(text))
            item.setData(Qt.ItemDataRole.UserRole, _NEW)
            self.list.addItem(item)
        rows = self.list.count()
        self.list.setVisible(rows > 0)
        if rows:
            self.list.setCurrentRow(0)
            self.list.setFixedHeight(min(rows, 7) * max(28, self.list.sizeHintForRow(0)) + 12)

    def _walk(self, step: int) -> None:
        if self.list.isVisible():
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))

    def _enter(self) -> None:
        item = self.list.currentItem()
        if self.list.isVisible() and item is not None:
            self._take(item)

    def _take(self, item: QListWidgetItem) -> None:
        number = item.data(Qt.ItemDataRole.UserRole)
        if number == _NEW:
            self.new_wanted.emit(self.line.text().strip())
            return
        for each in self._found:
            if each.id == number:
                self.choose(each)
