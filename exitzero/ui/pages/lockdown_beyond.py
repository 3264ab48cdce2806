"""*What this cannot stop*: the threat model, every known way round, and the ways out, as they are published."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from exitzero.consequences.lockdown_limits import LIMITS, THREAT_MODEL, WAYS_OUT
from exitzero.ui.pages.layout import Flow, Line
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Card, Kind, Text


class BeyondCard(Card):
    """The first sentence of it, and the way to the rest."""

    read_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What this cannot stop", parent)
        self.set_title(self.tr("What this cannot stop"))
        self.words = _wrapped(THREAT_MODEL.partition(" It does not")[0], Role.BODY13, Tone.PLAIN)
        first = ", ".join(limit.title for limit in LIMITS[:5])
        self.first = _wrapped(
            self.tr("{0} and {1} more ways lead round it.").format(first, len(LIMITS) - 5), Role.BODY13, Tone.DIM
        )
        self.read = Button(self.tr("Read all, and the ways out"))
        self.read.clicked.connect(self.read_wanted)
        deeds = Flow()
        deeds.addWidget(self.read)
        self.body.addWidget(self.words)
        self.body.addWidget(self.first)
        self.body.addLayout(deeds)


class BeyondSheet(QWidget):
    """All of it, to be read in one go; the arrow keys scroll."""

    close_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("What this cannot stop"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.setAccessibleName(self.tr("What this cannot stop, the ways round and the ways out"))
        inner = QWidget()
        inner.setObjectName("page")
        column = QVBoxLayout(inner)
        column.setContentsMargins(22, 8, 22, 20)
        column.setSpacing(6)
        self.area.setWidget(inner)
        head = QHBoxLayout()
        head.setContentsMargins(22, 16, 14, 8)
        head.addWidget(Text(self.tr("What this cannot stop"), Role.HEADING), 1)
        self.close_button = Button("", Kind.QUIET, icon="close", small=True)
        self.close_button.setAccessibleName(self.tr("Close"))
        self.close_button.setToolTip(self.tr("Close  Esc"))
        self.close_button.clicked.connect(self.close_wanted)
        head.addWidget(self.close_button)
        outer.addLayout(head)
        outer.addWidget(self.area, 1)
        column.addWidget(_wrapped(THREAT_MODEL, Role.BODY14, Tone.PLAIN))
        column.addSpacing(8)
        column.addWidget(Text(self.tr("The ways out, the best first"), Role.LABEL12, Tone.DIM))
        for number, way in enumerate(WAYS_OUT, start=1):
            column.addWidget(Text(f"{number}  {way.title}", Role.STRONG13))
            column.addWidget(_wrapped(way.words, Role.BODY13, Tone.DIM))
        column.addSpacing(8)
        column.addWidget(Line())
        column.addSpacing(8)
        column.addWidget(Text(self.tr("The ways round, the likeliest first"), Role.LABEL12, Tone.DIM))
        for limit in LIMITS:
            column.addWidget(Text(limit.title, Role.STRONG13))
            column.addWidget(_wrapped(limit.words, Role.BODY13, Tone.PLAIN))
            remedy = self.tr("What helps: {0}").format(limit.remedy[:1].lower() + limit.remedy[1:])
            column.addWidget(_wrapped(remedy, Role.BODY13, Tone.DIM))
            column.addSpacing(4)
        column.addStretch(1)


def _wrapped(words: str, role: Role, tone: Tone) -> Text:
    text = Text(words, role, tone, wrap=True)
    text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return text
