"""The words that the subject of a sent mail must hold one of, as chips that are added and taken away.

Words are compared without regard to case, so they are kept in small letters; the same word twice is one.
"""

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from exitzero.core.contract import LONGEST_WORD
from exitzero.ui.pages.layout import Flow
from exitzero.ui.widgets.card import Button


class WordsField(QWidget):
    """Chips, a word each, and a line to type another; Enter or a comma adds it, a click on a chip takes it away."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self.chips: dict[str, Button] = {}
        self.line = _Line()
        self.line.setPlaceholderText(self.tr("add a word or phrase"))
        self.line.setAccessibleName(self.tr("Add a word that counts"))
        self.line.setMaxLength(LONGEST_WORD)
        self.line.setFixedWidth(200)
        self.line.returnPressed.connect(self._add_typed)
        self.line.editingFinished.connect(self._add_typed)
        self.line.textEdited.connect(self._typed)
        self.line.back.connect(self._take_last)
        self._flow = Flow(spacing=6)
        self.setLayout(self._flow)
        self._flow.addWidget(self.line)
        self.setFocusProxy(self.line)

    def words(self) -> frozenset[str]:
        """The words that count, small."""
        return frozenset(self._words)

    def choose(self, words: frozenset[str]) -> None:
        """Show these words; what was typed and not added is gone."""
        self._words = sorted(words)
        with QSignalBlocker(self.line):
            self.line.clear()
        self._show()

    def stops(self) -> list[QWidget]:
        """What the Tab key visits."""
        return [*self.chips.values(), self.line]

    def _typed(self, text: str) -> None:
        if "," in text or ";" in text:
            self._add(text)

    def _add_typed(self) -> None:
        self._add(self.line.text())

    def _add(self, text: str) -> None:
        fresh = [" ".join(part.split()).casefold() for part in text.replace(";", ",").split(",")]
        fresh = [word for number, word in enumerate(fresh) if word and word not in (*self._words, *fresh[:number])]
        with QSignalBlocker(self.line):
            self.line.clear()
        if fresh:
            self._words = sorted([*self._words, *fresh])
            self._show()
            self.changed.emit()

    def _take(self, word: str) -> None:
        self._words.remove(word)
        self._show()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _take_last(self) -> None:
        if self._words:
            self._take(self._words[-1])

    def _show(self) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            old = item.widget()
            if old is not None and old is not self.line:
                old.hide()
                old.deleteLater()
        self.chips = {}
        for word in self._words:
            chip = Button(f"{word}  ×", small=True)
            chip.setToolTip(self.tr("Take “{0}” away").format(word))
            chip.setAccessibleName(self.tr("{0}, take away").format(word))
            chip.clicked.connect(partial(self._take, word))
            self._flow.addWidget(chip)
            self.chips[word] = chip
        self._flow.addWidget(self.line)
        self._flow.invalidate()
        self.updateGeometry()


class _Line(QLineEdit):
    """Backspace in an empty line takes the last chip; Enter adds a word and goes no further."""

    back = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backspace and not self.text():
            self.back.emit()
            return
        super().keyPressEvent(event)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()
