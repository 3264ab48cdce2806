"""The part of the contract's form that says what a failed day costs: what is armed, how hard it hits, when it comes.

Whether something may be armed is decided by the engine; the form only shows beforehand what would be refused, and why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.stakes import MOST_APPEAL, MOST_CHARGE, Stakes
from exitzero.engine.views import BeeminderView, ChannelView
from exitzero.ui.pages.fields import Choice, Field, Spin
from exitzero.ui.pages.layout import Flow, Line
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Card, Text


def alarm_words(level: int) -> str:
    """What an alarm of this level does, in one line."""
    tr = QCoreApplication.translate
    return (
        tr("Stakes", "No alarm."),
        tr("Stakes", "A window that stays on top until the work is verified, and one sound."),
        tr("Stakes", "The window, and a sound every 5 minutes."),
        tr("Stakes", "Full screen, in blunt words, and a sound every 5 minutes."),
    )[level]


class Dollars(QDoubleSpinBox):
    """An amount of money that the wheel changes only while it has the keyboard; 0 reads as off."""

    def __init__(self, most_cents: int) -> None:
        super().__init__()
        self.setRange(0, most_cents / 100)
        self.setDecimals(2)
        self.setPrefix("$")
        self.setSpecialValueText(self.tr("off"))
        self.lineEdit().setTextMargins(8, 0, 0, 0)
        self.setFixedWidth(120)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def cents(self) -> int:
        """The amount in cents."""
        return round(self.value() * 100)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChannelSwitches(QWidget):
    """A box for each connected channel; one that was never tried cannot be armed and says so."""

    changed = Signal()
    connect_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QCheckBox] = {}
        self._views: tuple[ChannelView, ...] = ()
        self._armed: frozenset[str] = frozenset()
        self._agreed: frozenset[str] = frozenset()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(4)
        self._make()

    def chosen(self) -> frozenset[str]:
        """The channels that are armed in the form."""
        return self._armed

    def choose(self, armed: frozenset[str]) -> None:
        """Show what is agreed."""
        self._armed = self._agreed = armed
        self._make()

    def set_views(self, views: Sequence[ChannelView]) -> None:
        """Offer these channels."""
        if tuple(views) != self._views:
            self._views = tuple(views)
            self._make()

    def _make(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.boxes = {}
        proved = {view.id: view for view in self._views}
        for name in [*proved, *sorted(self._armed - set(proved))]:
            self._rows.addWidget(self._row(name, proved.get(name)))
        if not self.boxes:
            self._rows.addWidget(Text(self.tr("No channel is connected, so nothing is posted."), Role.BODY13, Tone.DIM))
        deeds = Flow()
        go = Button(self.tr("Connect and test channels"), small=True)
        go.clicked.connect(self.connect_wanted)
        deeds.addWidget(go)
        holder = QWidget()
        holder.setLayout(deeds)
        self._rows.addWidget(holder)

    def _row(self, name: str, view: ChannelView | None) -> QWidget:
        box = QCheckBox(f"{view.title}: {name}" if view is not None and view.title.lower() != name else name)
        box.setChecked(name in self._armed)
        box.toggled.connect(partial(self._toggled, name))
        self.boxes[name] = box
        words, tone = "", Tone.DIM
        if view is None:
            words, tone = self.tr("◆ not connected any more"), Tone.UNKNOWN
        elif view.proved_at is None:
            words, tone = self.tr("◆ never tried: test or rehearse it first"), Tone.UNKNOWN
            box.setEnabled(name in self._agreed)
        else:
            how = self.tr("tested") if view.proved_how == "tested" else self.tr("rehearsed")
            words, tone = f"● {how}", Tone.GOOD
        box.setAccessibleDescription(words)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(box)
        line.addWidget(Text(words, Role.SMALL12, tone))
        line.addStretch(1)
        return row

    def _toggled(self, name: str, on: bool) -> None:
        self._armed = self._armed | {name} if on else self._armed - {name}
        self.changed.emit()


class StakesForm(Card):
    """What a failed day costs, as fields. ``edited`` comes with each change a person makes, never with a load."""

    edited = Signal()
    connect_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Stakes"), parent)
        self._base = Stakes()

    def parts(self) -> Iterator[None]:
        """Make the fields; each yield ends a short step. It has to be run first."""
        self.burn = Spin(0, 99999, 144)
        self.burn.setSuffix(self.tr(" coins"))
        self.growing = QCheckBox(self.tr("Growing stakes"))
        self.channels = ChannelSwitches()
        self.channels.connect_wanted.connect(self.connect_wanted)
        self.goal = Choice(width=176)
        yield
        self.charge = Dollars(MOST_CHARGE)
        self.ceiling = Dollars(MOST_CHARGE * 31)
        self.alarm = Choice(
            (
                (self.tr("off"), 0),
                (self.tr("1  window"), 1),
                (self.tr("2  window and sound"), 2),
                (self.tr("3  full screen, blunt"), 3),
            ),
            208,
        )
        self.hook = QCheckBox(self.tr("Run my program"))
        self.appeal = Spin(0, MOST_APPEAL, 128)
        self.appeal.setSuffix(self.tr(" min"))
        yield
        growing_words = self.tr(
            "Each failure within 30 days costs a step more, up to 4 times; a clean week takes a step off."
        )
        self.fields = {
            "burn": Field(self.tr("A failed day burns"), self.burn),
            "stakes.channels": Field(self.tr("Shame post to"), self.channels),
            "stakes.goal": Field(self.tr("Beeminder goal"), self.goal),
            "stakes.charge": Field(self.tr("Charge a failed day"), self.charge),
            "stakes.ceiling": Field(self.tr("At most a month"), self.ceiling),
            "stakes.alarm": Field(self.tr("Alarm"), self.alarm),
            "stakes.appeal": Field(self.tr("Time for an appeal"), self.appeal),
        }
        yield
        self._growing = _explained(self.growing, growing_words)
        self._hook = _explained(
            self.hook,
            self.tr("The command line of the page Stakes, with the verdict as JSON on its standard input."),
        )
        yield
        yield from self._lay_out()
        self._offer_goals(())
        self.burn.valueChanged.connect(self._changed)
        for spin in (self.charge, self.ceiling, self.appeal):
            spin.valueChanged.connect(self._changed)
        for choice in (self.goal, self.alarm):
            choice.currentIndexChanged.connect(self._changed)
        for box in (self.growing, self.hook):
            box.toggled.connect(self._changed)
        self.channels.changed.connect(self._changed)

    def load(self, burn: int, stakes: Stakes) -> None:
        """Show what is agreed."""
        self._base = stakes
        self.burn.setValue(burn)
        self.growing.setChecked(stakes.growing)
        self.channels.choose(stakes.channels)
        self._offer_goals(self._goals)
        self.goal.choose(stakes.goal)
        self.charge.setValue(stakes.charge_cents / 100)
        self.ceiling.setValue(stakes.ceiling_cents / 100)
        self.alarm.choose(stakes.alarm)
        self.hook.setChecked(stakes.hook)
        self.appeal.setValue(stakes.appeal_minutes)
        self._follow()

    def stakes(self) -> Stakes:
        """The stakes as they stand in the fields."""
        return replace(
            self._base,
            channels=self.channels.chosen(),
            goal=str(self.goal.currentData() or ""),
            charge_cents=self.charge.cents,
            ceiling_cents=self.ceiling.cents,
            alarm=int(self.alarm.currentData()),
            hook=self.hook.isChecked(),
            growing=self.growing.isChecked(),
            appeal_minutes=self.appeal.value(),
        )

    def set_channels(self, views: Sequence[ChannelView]) -> None:
        """Offer these channels; what is chosen stays."""
        self.channels.set_views(views)

    def set_beeminder(self, view: BeeminderView) -> None:
        """Offer the goals of this account, or say why there are none."""
        self._offer_goals(view.goals)
        if not view.connected:
            self.fields["stakes.goal"].set_hint(self.tr("Connect Beeminder on the page Stakes."))
        elif view.trouble:
            self.fields["stakes.goal"].set_hint(view.trouble)
        else:
            self.fields["stakes.goal"].set_hint(self.tr("Gets a datapoint a day that fails."))

    def stops(self) -> list[QWidget]:
        """What the Tab key visits, in the order of reading."""
        boxes = list(self.channels.boxes.values())
        return [
            self.burn,
            self.growing,
            self.alarm,
            *boxes,
            self.goal,
            self.charge,
            self.ceiling,
            self.hook,
            self.appeal,
        ]

    def _offer_goals(self, goals: Sequence[str]) -> None:
        self._goals = tuple(goals)
        wanted = str(self.goal.currentData() or "")
        with QSignalBlocker(self.goal):
            self.goal.clear()
            self.goal.addItem(self.tr("none"), "")
            for slug in dict.fromkeys((*goals, self._base.goal, wanted)):
                if slug:
                    self.goal.addItem(slug, slug)
            self.goal.choose(wanted)

    def _changed(self) -> None:
        self._follow()
        self.edited.emit()

    def _follow(self) -> None:
        self.fields["stakes.alarm"].set_hint(alarm_words(int(self.alarm.currentData())))
        minutes = self.appeal.value()
        self.fields["stakes.appeal"].set_hint(
            self.tr("What cannot be taken back waits so long after the verdict.")
            if minutes
            else self.tr("Posts, charges and programs come at once.")
        )

    def _lay_out(self) -> Iterator[None]:
        self.body.setSpacing(14)
        first = Flow(spacing=20)
        first.addWidget(_wide(self.fields["burn"], 208))
        first.addWidget(_wide(self._growing, 300))
        self.body.addLayout(first)
        words = Text(
            self.tr("What cannot be paid stays as a debt. A lower stake holds in seven days, a higher one today."),
            Role.SMALL12,
            Tone.DIM,
            wrap=True,
        )
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.body.addWidget(words)
        self.body.addWidget(Line())
        yield
        self.body.addWidget(self.fields["stakes.alarm"])
        self.body.addWidget(Line())
        self.body.addWidget(self.fields["stakes.channels"])
        self.body.addWidget(Line())
        money = Flow(spacing=20)
        for key in ("stakes.goal", "stakes.charge", "stakes.ceiling"):
            money.addWidget(_wide(self.fields[key], 208))
        self.body.addLayout(money)
        self.body.addWidget(Line())
        yield
        last = Flow(spacing=20)
        last.addWidget(_wide(self.fields["stakes.appeal"], 300))
        last.addWidget(_wide(self._hook, 300))
        self.body.addLayout(last)


def _explained(box: QCheckBox, words: str) -> QWidget:
    """A switch with what it means below it."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(box)
    below = Text(words, Role.SMALL12, Tone.DIM, wrap=True)
    below.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    column.addWidget(below)
    box.setAccessibleDescription(words)
    return holder


def _wide(widget: QWidget, width: int) -> QWidget:
    """Hold a field to a width, so that its words wrap below its control."""
    holder = QWidget()
    holder.setFixedWidth(width)
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
    return holder
