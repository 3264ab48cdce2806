"""The frame of a form on a side sheet: a heading, a body that scrolls, a foot with the deed that never scrolls away."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Kind, Text

_NO_LIMIT = 16_777_215


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


def fit(pages: Mapping[str, QWidget], current: str) -> None:
    """Let only the page that is turned to say how high the tabs are, so that a short one leaves no hole below it."""
    for key, page in pages.items():
        policy = QSizePolicy.Policy.Preferred if key == current else QSizePolicy.Policy.Ignored
        page.setSizePolicy(QSizePolicy.Policy.Preferred, policy)
        # A stack asks every page how high it is at a width, whatever its policy says.
        page.setMaximumHeight(_NO_LIMIT if key == current else 0)
        page.updateGeometry()
