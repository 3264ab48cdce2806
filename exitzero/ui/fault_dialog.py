"""The one dialog about a fault of our own: what it was, and the text a helper needs. A second fault waits for its turn
in the log, so that a timer cannot open a hundred dialogs."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from exitzero.ui import theme
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Kind, Text

_open: list["FaultDialog"] = []


def show_fault(title: str, text: str, parent: QWidget | None = None) -> "FaultDialog | None":
    """Tell about a fault, unless one is being told about already. Qt thread."""
    if _open:
        return None
    dialog = FaultDialog(title, text, parent)
    _open.append(dialog)
    dialog.finished.connect(lambda _result: _open.clear())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


class FaultDialog(QDialog):
    """Says that the fault is ours, that the journal is safe, and lets the details be copied."""

    def __init__(self, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fault")
        self.setWindowTitle(self.tr("A fault of ExitZero"))
        self.resize(680, 420)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(10)
        column.addWidget(Text(self.tr("Something in ExitZero went wrong"), Role.TITLE))
        advice = self.tr(
            "This is our fault, not yours. What was written in the journal is safe. The same text is in the log file."
        )
        column.addWidget(Text(advice, Role.BODY13, Tone.DIM, wrap=True))
        column.addWidget(Text(title, Role.STRONG13, wrap=True))
        details = QPlainTextEdit(text)
        details.setReadOnly(True)
        details.setFont(theme.current().font(Role.MONO12))
        details.setAccessibleName(self.tr("Details"))
        column.addWidget(details, 1)
        copy = Button(self.tr("Copy"), Kind.PLAIN, icon="copy")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(f"{title}\n\n{text}"))
        close = Button(self.tr("Close"), Kind.PRIMARY)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(copy)
        row.addStretch(1)
        row.addWidget(close)
        column.addLayout(row)
        close.setFocus()
