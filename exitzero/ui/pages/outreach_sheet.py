"""The frame of a form on a side sheet: a heading, a body that scrolls, a foot with the deed that never scrolls away."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Kind, Text


class SheetForm(QWidget):
    """Put the form into :attr:`body`; ``accepted`` when its deed is pressed, ``cancelled`` when it is given up."""

    accepted = Signal()
    cancelled = Signal()

    def __init__(self, title: str, accept: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word = accept
        self.title = Text(title, Role.HEADING)
        self.note = Text("", Role.BODY13, Tone.DIM)
        close = Button("", Kind.QUIET, icon="close", small=True)
        close.setAccessibleName(self.tr("Close"))
        close.setToolTip(self.tr("Close  Esc"))
        close.clicked.connect(self.cancelled)
        head = QHBoxLayout()
        head.setContentsMargins(22, 16, 12, 8)
        head.setSpacing(10)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.note)
        head.addWidget(close)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        inner = QWidget()
        inner.setObjectName("page")
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(22, 6, 22, 12)
        self.body.setSpacing(12)
        area.setWidget(inner)
        self.trouble = Text("", Role.BODY13, Tone.BAD, wrap=True)
        self.trouble.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.cancel = Button(self.tr("Cancel"))
        self.cancel.clicked.connect(self.cancelled)
        self.accept = Button(accept, Kind.PRIMARY)
        self.accept.clicked.connect(self.accepted)
        foot = QHBoxLayout()
        foot.setContentsMargins(22, 10, 22, 16)
        foot.setSpacing(8)
        foot.addWidget(self.trouble, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(area, 1)
        column.addLayout(foot)

    def set_accept(self, word: str) -> None:
        """Name the deed."""
        self._word = word
        self.accept.set_busy(False, word)

    def set_busy(self, word: str) -> None:
        """It is being done."""
        self.accept.set_busy(True, word)

    def set_trouble(self, message: str) -> None:
        """Say what went wrong that belongs to no field; the deed can be pressed again."""
        self.accept.set_busy(False, self._word)
        self.trouble.setText(f"■ {message}" if message else "")


def plain(text: str = "", tone: Tone = Tone.DIM, role: Role = Role.BODY13) -> Text:
    """Words that wrap under one another and never make a form wider."""
    label = Text(text, role, tone, wrap=True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


class TabPage(QWidget):
    """A page behind a tab of a form; only the one that is turned to says how high the form is.

    A stack of pages asks every one of them, and the highest would leave a hole below all others.
    """

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self._is_turned = True
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 12, 0, 4)
        self.column.setSpacing(12)
        for widget in widgets:
            self.column.addWidget(widget)
        self.column.addStretch(1)

    def heightForWidth(self, width: int) -> int:
        return super().heightForWidth(width) if self._is_turned else 0

    def set_turned(self, turned: bool) -> None:
        """Say that it is before the eyes, or is not."""
        self._is_turned = turned
        policy = self.sizePolicy()
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred if turned else QSizePolicy.Policy.Ignored)
        self.setSizePolicy(policy)
        self.updateGeometry()


def fit(pages: Mapping[str, TabPage], current: str) -> None:
    """Let only the page that is turned to say how high the tabs are."""
    for key, page in pages.items():
        page.set_turned(key == current)
