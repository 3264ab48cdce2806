"""What the keyboard can do, on one sheet (F1)."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from exitzero.ui import pages, theme
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Kind, Text


class ShortcutSheet(QDialog):
    """The sheet; Escape closes it."""

    def __init__(self, parent: QWidget | None = None, page_keys: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(parent)
        self.setObjectName("shortcut-sheet")
        self.setWindowTitle(self.tr("Keyboard"))
        shown = [entry for entry in pages.PAGES if entry.icon]
        ordered = [entry for entry in shown if not entry.at_bottom] + [entry for entry in shown if entry.at_bottom]
        rows = [(f"Ctrl+{number}", self.tr(entry.label)) for number, entry in enumerate(ordered[:9], start=1)]
        rows += [
            ("Ctrl+R", self.tr("Check now")),
            ("Ctrl+L", self.tr("Filter the journal")),
            ("Ctrl+H", self.tr("Small window on top")),
            ("F11", self.tr("Full screen")),
            ("Alt+Left", self.tr("Back")),
            ("F1", self.tr("This sheet")),
            ("Ctrl+Q", self.tr("Quit")),
        ]
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 20)
        column.setSpacing(16)
        column.addWidget(Text(self.tr("Keyboard"), Role.TITLE))
        column.addLayout(_grid(rows))
        if page_keys:
            column.addWidget(Text(self.tr("On this page"), Role.STRONG14))
            column.addLayout(_grid([(keys, self.tr(what)) for keys, what in page_keys]))
        close = Button(self.tr("Close"), Kind.PLAIN)
        close.clicked.connect(self.accept)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        close.setFocus()
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        palette = self.palette()
        palette.setColor(self.backgroundRole(), theme.current().panel)
        self.setPalette(palette)


def _grid(rows: Sequence[tuple[str, str]]) -> QGridLayout:
    """Keys and what they do, in two columns one beside the other."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(28)
    grid.setVerticalSpacing(9)
    half = (len(rows) + 1) // 2
    for index, (keys, what) in enumerate(rows):
        row, side = index % half, index // half * 2
        # Several keys for one thing stand as they are written.
        native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) if " " not in keys else keys
        grid.addWidget(Text(native, Role.MONO13), row, side)
        grid.addWidget(Text(what, Role.BODY13, Tone.DIM), row, side + 1)
    grid.setColumnMinimumWidth(0, 76)
    grid.setColumnMinimumWidth(1, 160)
    return grid
