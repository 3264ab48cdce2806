"""Locking by hand: for how long, which sites, and what that comes to, before it is done and cannot be taken back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from exitzero.consequences import lockdown_sites
from exitzero.ui import format as words
from exitzero.ui.pages.fields import Field, Spin
from exitzero.ui.pages.layout import Flow, Line
from exitzero.ui.pages.lockdown_words import names_text, sites_text
from exitzero.ui.pages.wording import minutes_text
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Kind, Text

SPANS = (25, 60, 90)
_LEAST, _MOST = 5, 24 * 60
_INDENT = 26


class LockForm(QWidget):
    """The form on the side sheet. ``lock_wanted`` comes when it may be asked for confirmation."""

    lock_wanted = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._contract: tuple[str, ...] = ()
        self._zone = ""
        self._now: datetime | None = None
        self.spans = {minutes: QRadioButton(self.tr("{0} min").format(minutes)) for minutes in SPANS}
        self.other = QRadioButton(self.tr("other"))
        self.minutes = Spin(_LEAST, _MOST, 128)
        self.minutes.setSuffix(self.tr(" min"))
        self.minutes.setValue(45)
        self.minutes.setAccessibleName(self.tr("Minutes"))
        self._span = QButtonGroup(self)
        for button in (*self.spans.values(), self.other):
            self._span.addButton(button)
        self.spans[SPANS[0]].setChecked(True)
        self.all = QRadioButton(self.tr("The contract's sites"))
        self.some = QRadioButton(self.tr("Groups of my choice"))
        self._what = QButtonGroup(self)
        for button in (self.all, self.some):
            self._what.addButton(button)
        self.groups = {name: QCheckBox(group.title) for name, group in lockdown_sites.groups().items()}
        for name, box in self.groups.items():
            box.setToolTip(sites_text(len(lockdown_sites.groups()[name].sites)))
        self.preview = Text("", Role.BODY14, wrap=True)
        self.preview.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.go = Button(self.tr("Lock…"), Kind.PRIMARY, icon="lock")
        self.go.clicked.connect(self.lock_wanted)
        self.cancel = Button(self.tr("Cancel"))
        self.cancel.clicked.connect(self.cancelled)
        self._arrange()
        for each in (*self.spans.values(), self.other, self.all, self.some, *self.groups.values()):
            each.toggled.connect(self._follow)
        self.minutes.valueChanged.connect(self._typed)

    def begin(self, contract: Sequence[str], now: datetime, zone: str) -> None:
        """Open for these sites of the contract."""
        self._contract, self._now, self._zone = tuple(contract), now, zone
        self.all.setText(self.tr("The contract's sites: {0}").format(names_text(len(contract))))
        self.all.setEnabled(bool(contract))
        (self.all if contract else self.some).setChecked(True)
        self._follow()

    @property
    def lasts(self) -> timedelta:
        """For how long."""
        chosen = next((minutes for minutes, button in self.spans.items() if button.isChecked()), self.minutes.value())
        return timedelta(minutes=chosen)

    @property
    def names(self) -> tuple[str, ...]:
        """Which sites; empty for those of the contract."""
        if self.all.isChecked():
            return ()
        shipped = lockdown_sites.groups()
        return tuple(
            site.hosts[0] for name, box in self.groups.items() if box.isChecked() for site in shipped[name].sites
        )

    @property
    def count(self) -> int:
        """How many host names that makes."""
        return len(self._contract) if self.all.isChecked() else len(lockdown_sites.expanded(self.names))

    @property
    def until(self) -> str:
        """When it would end, in words."""
        return "" if self._now is None else words.when(self._now + self.lasts, self._now, self._zone)

    def pass_minute(self, now: datetime) -> None:
        """Time went on; the end with it."""
        self._now = now
        self._follow()

    def _typed(self) -> None:
        self.other.setChecked(True)
        self._follow()

    def _follow(self) -> None:
        for box in self.groups.values():
            box.setEnabled(self.some.isChecked())
        count = self.count
        self.go.setEnabled(bool(count))
        length = minutes_text(round(self.lasts.total_seconds() / 60))
        if count:
            self.preview.setText(self.tr("{0}, for {1}, until {2}.").format(names_text(count), length, self.until))
            self.preview.set_tone(Tone.WARN)
        else:
            self.preview.setText(self.tr("Choose at least one group."))
            self.preview.set_tone(Tone.DIM)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(12)
        column.addWidget(Text(self.tr("Lock by hand"), Role.HEADING))
        column.addWidget(
            _wrapped(self.tr("For quiet work, from now on. The helper holds it, with ExitZero closed too."))
        )
        spans = Flow(spacing=16)
        for button in (*self.spans.values(), self.other):
            spans.addWidget(button)
        spans.addWidget(self.minutes)
        holder = QWidget()
        holder.setLayout(spans)
        column.addWidget(Field(self.tr("For how long"), holder))
        column.addWidget(Line())
        what = QVBoxLayout()
        what.setSpacing(8)
        what.addWidget(Text(self.tr("Which sites"), Role.BODY13, Tone.DIM))
        what.addWidget(self.all)
        what.addWidget(self.some)
        chosen = Flow(spacing=16)
        chosen.setContentsMargins(_INDENT, 0, 0, 0)
        for box in self.groups.values():
            chosen.addWidget(box)
        group = QWidget()
        group.setLayout(chosen)
        inset = QHBoxLayout()
        inset.addSpacing(_INDENT)
        inset.addWidget(group, 1)
        what.addLayout(inset)
        column.addLayout(what)
        column.addWidget(Line())
        column.addWidget(self.preview)
        column.addWidget(
            _wrapped(
                self.tr(
                    "It cannot be taken back: more sites can be added, none taken out. Only its end ends it, or the "
                    "emergency exit with its price."
                )
            )
        )
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignVCenter)
        buttons.addWidget(self.go, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(buttons)


def _wrapped(text: str) -> Text:
    label = Text(text, Role.BODY13, Tone.DIM, wrap=True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
