"""The quota bar: how many are proved of today's target, until when, and the two deeds that move it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from exitzero.ui.link import Link
from exitzero.ui.pages.layout import keyed
from exitzero.ui.pages.outreach_sheet import plain
from exitzero.ui.pages.wording import own_zone, time_text
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Button, Card, Chip, Figure, Kind, Meter, Text
from exitzero.work.outreach.views import OutreachToday

_NARROW = 980
"""Below this the sentence is cut to what is missing and until when, so that the board keeps its room."""


class QuotaHead(Card):
    """The strip above the tabs."""

    log_wanted = Signal()
    add_wanted = Signal()
    import_wanted = Signal()
    contract_wanted = Signal()

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.link = link
        self.figure = Figure("–", "", role=Role.FIGURE40)
        self.figure.setFixedWidth(210)
        self.meter = Meter()
        self.chip = Chip(State.UNKNOWN, "")
        self.words = plain("")
        self.mail = plain("", role=Role.SMALL12)
        self.log = Button(self.tr("Log outreach"), Kind.PRIMARY)
        self.add = Button(self.tr("Add target"), icon="plus")
        self.bring = Button(self.tr("Import"), icon="import")
        self.contract = Button(self.tr("Put it into the contract"))
        keyed(self.log, "L")
        keyed(self.add, "N")
        self.log.setShortcut("")
        self.add.setShortcut("")
        self.log.clicked.connect(self.log_wanted)
        self.add.clicked.connect(self.add_wanted)
        self.bring.clicked.connect(self.import_wanted)
        self.contract.clicked.connect(self.contract_wanted)
        self.contract.hide()
        left = QVBoxLayout()
        left.setSpacing(2)
        label = QHBoxLayout()
        label.addWidget(Text(self.tr("Outreach today"), Role.LABEL12, Tone.DIM))
        left.addLayout(label)
        left.addWidget(self.figure)
        middle = QVBoxLayout()
        middle.setSpacing(7)
        middle.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.meter, 1)
        top.addWidget(self.chip)
        middle.addLayout(top)
        middle.addWidget(self.words)
        middle.addWidget(self.mail)
        middle.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addLayout(left)
        row.addLayout(middle, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.contract, self.bring, self.add, self.log):
            buttons.addWidget(button)
        row.addLayout(buttons)
        self.body.addLayout(row)
        self.mail.hide()
        self._today: OutreachToday | None = None
        self._narrow = False
        link.watch.changed.connect(self._watched)
        self.setAccessibleName(self.tr("Outreach today"))

    def show_today(self, today: OutreachToday) -> None:
        """Show the day's count; what is not known is hatched and never zero."""
        self._today = today
        count, target = today.count, today.target
        self.contract.setVisible(not target)
        self.meter.setVisible(bool(target))
        self.chip.setVisible(bool(target))
        if not target:
            self.figure.set_value(str(count), self.tr("proven"))
            none = self.tr("No clause asks for outreach; what you prove is kept all the same.")
            self.words.setText(today.words or none)
            self.mail.hide()
            return
        unknown = today.state == "unknown"
        met = today.state == "met" or count >= target
        state = State.SAFE if met else State.UNKNOWN if unknown else State.AT_RISK
        at_least = "+" if unknown and not met else ""
        self.figure.set_value(f"{count}{at_least}", self.tr("/ {0} proven").format(target))
        pieces: list[State | None] = [State.SAFE] * min(count, target)
        pieces += [State.UNKNOWN if unknown else None] * (target - len(pieces))
        if target <= 24:
            self.meter.set_pieces(pieces, self.tr("{0} of {1} proven").format(count, target))
        else:
            self.meter.set_progress(count, target, state)
        missing = max(0, target - count)
        word = self.tr("met") if met else self.tr("unknown") if unknown else self.tr("{0} missing").format(missing)
        self.chip.set_state(state, word)
        self.words.setText(self._sentence(today, missing, met=met))
        self.mail.setVisible(bool(today.mailbox_trouble))
        self.mail.setText(f"◆ {today.mailbox_trouble}")
        self.mail.set_tone(Tone.UNKNOWN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        if narrow is not self._narrow:
            self._narrow = narrow
            self.figure.setFixedWidth(168 if narrow else 210)
            self._watched(None)

    def _watched(self, _today: object) -> None:
        # The deadline comes with the engine's own record of the day, perhaps after the count.
        if self._today is not None:
            self.show_today(self._today)

    def _sentence(self, today: OutreachToday, missing: int, *, met: bool) -> str:
        if met:
            return today.words or self.tr("Done for today.")
        day = self.link.watch.today
        until = time_text(day.deadline, own_zone(self.link)) if day is not None else ""
        more = self.tr("{0} more before {1}.").format(missing, until) if until else self.tr("{0} more.").format(missing)
        how = self.tr("Each needs proof: a message link, a subject found in your sent mail, or a screenshot.")
        return more if self._narrow else f"{more} {how}"
