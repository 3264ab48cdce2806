"""What stands in the window when the engine cannot be built: what is wrong, that nothing is lost, and the ways out."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from exitzero.core.errors import OutsideTrouble
from exitzero.ui import theme
from exitzero.ui.link import Link
from exitzero.ui.page import Page
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import icons
from exitzero.ui.widgets.card import Button, Card, Kind, Text

_WIDTH = 600

Choice = tuple[str, Callable[[], object]]


class _Sign(QWidget):
    """The sign above the words."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(40, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        icons.draw(QPainter(self), "warning", QRectF(0, 0, 40, 40), theme.current().state(State.AT_RISK))


class StartTroubleScreen(Page):
    """Offers the ways out; the chosen one is run elsewhere, then the start is tried again."""

    chosen = Signal(object)
    """The callable of the way that was chosen."""
    retry_wanted = Signal()
    quit_wanted = Signal()

    def __init__(
        self, link: Link, trouble: OutsideTrouble, choices: Sequence[Choice] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(link, parent)
        self.setObjectName("start-trouble")
        card = Card()
        card.setFixedWidth(_WIDTH)
        card.body.setContentsMargins(14, 14, 14, 8)
        card.body.setSpacing(10)
        card.body.addWidget(_Sign())
        card.body.addWidget(Text(trouble.title, Role.TITLE, wrap=True))
        if trouble.advice:
            card.body.addWidget(Text(trouble.advice, Role.BODY14, wrap=True))
        if choices:
            kept = self.tr("Whatever you choose, the file as it is now is kept aside; nothing is deleted.")
            card.body.addWidget(Text(kept, Role.BODY13, Tone.DIM, wrap=True))
        card.body.addSpacing(8)
        self.buttons: list[Button] = []
        for index, (label, way) in enumerate(choices):
            button = Button(label, Kind.PRIMARY if index == 0 else Kind.PLAIN)
            button.clicked.connect(lambda _=False, way=way, button=button: self._choose(button, way))
            card.body.addWidget(button)
            self.buttons.append(button)
        row = QHBoxLayout()
        self.retry = Button(self.tr("Try again"), Kind.PLAIN if choices else Kind.PRIMARY)
        self.retry.setObjectName("retry")
        self.retry.clicked.connect(self.retry_wanted)
        self.quit = Button(self.tr("Quit"), Kind.QUIET)
        self.quit.clicked.connect(self.quit_wanted)
        row.addWidget(self.retry)
        row.addStretch(1)
        row.addWidget(self.quit)
        card.body.addSpacing(4)
        card.body.addLayout(row)
        column = QVBoxLayout(self)
        column.addStretch(2)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addStretch(3)
        (self.buttons[0] if self.buttons else self.retry).setFocus()

    def refresh(self) -> None:
        """Nothing to ask: there is no engine."""

    def _choose(self, button: Button, way: Callable[[], object]) -> None:
        for each in (*self.buttons, self.retry):
            each.setEnabled(False)
        button.set_busy(True)
        self.chosen.emit(way)
