"""*If today fails*: everything that would come, in its order, and the rehearsal of it in the same form.

The preview and the rehearsal stand in the same lines, so that the eye can hold one against the other.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from PySide6.QtCore import QCoreApplication, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.stakes import Stakes
from exitzero.core.today import Today
from exitzero.engine.views import ChannelView, PlannedView, Rehearsal
from exitzero.ui import theme
from exitzero.ui.format import day_text
from exitzero.ui.pages.contract_stakes import alarm_words
from exitzero.ui.pages.fields import Selectable
from exitzero.ui.pages.layout import Line, empty_layout
from exitzero.ui.pages.wording import time_text
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.card import Banner, Button, Card, Kind, Text

W = TypeVar("W", bound=QWidget)

_TIME = 72
_RAIL = 22


class Entry(NamedTuple):
    """One line of the timeline: ``state`` is its shape, None for a plain stop on the way."""

    view: PlannedView
    state: State | None = None
    outcome: str = ""


class PlanLine(QWidget):
    """One thing that comes: its hour, a stop on the rail, what it is and how much, its exact words below."""

    def __init__(self, entry: Entry, zone: str, *, first: bool, last: bool) -> None:
        super().__init__()
        view = entry.view
        self._state, self._first, self._last = entry.state, first, last
        self._quiet = view.kind in {"ladder", "alarm"}
        at = Text(time_text(view.at, zone), Role.MONO13, Tone.DIM)
        at.setFixedWidth(_TIME)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Text(view.title, Role.BODY13 if self._quiet else Role.STRONG14), 1)
        head.addWidget(Text(view.amount_words, Role.MONO13, Tone.DIM if self._quiet else Tone.PLAIN))
        words = QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(3)
        words.addLayout(head)
        if view.where:
            words.addWidget(_narrow(Text(view.where, Role.MONO12, Tone.DIM, wrap=True)))
        if view.text:
            words.addWidget(_narrow(Selectable(view.text, Role.MONO12, Tone.DIM if self._quiet else Tone.PLAIN)))
        if entry.outcome and entry.state is not None:
            tone = Tone.GOOD if entry.state is State.SAFE else Tone.BAD
            words.addWidget(_narrow(Text(f"{entry.state.glyph} {entry.outcome}", Role.BODY13, tone, wrap=True)))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 7, 0, 7)
        row.setSpacing(0)
        row.addWidget(at, 0, Qt.AlignmentFlag.AlignTop)
        row.addSpacing(_RAIL)
        row.addLayout(words, 1)
        told = (time_text(view.at, zone), view.title, view.amount_words, view.where, view.text, entry.outcome)
        self.text = ", ".join(part for part in told if part)
        self.setAccessibleName(self.text)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, y = _TIME + 4.5, 17.5
        painter.setPen(QPen(look.line, 1))
        if not self._first:
            painter.drawLine(round(x), 0, round(x), round(y - 8))
        if not self._last:
            painter.drawLine(round(x), round(y + 8), round(x), self.height())
        mark = QRectF(x - 4.5, y - 4.5, 9, 9)
        if self._state is not None:
            paint.draw_state_mark(painter, self._state, mark, look.state(self._state))
        else:
            painter.setPen(QPen(look.dim, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(mark.adjusted(1, 1, -1, -1))


class PlanCard(Card):
    """The preview or, after one, the rehearsal; ``rehearse_wanted`` asks for it."""

    rehearse_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("If today fails", parent)
        self.set_title(self.tr("If today fails"))
        self.rehearse = Button(self.tr("Rehearse a failed day"), small=True, icon="play")
        self.rehearse.clicked.connect(self.rehearse_wanted)
        self.add_head_widget(self.rehearse)
        self.banner = Banner()
        self.banner.activated.connect(self.back_wanted)
        self.words = _narrow(Text("", Role.BODY13, Tone.DIM, wrap=True))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        self.body.addWidget(self.banner)
        self.body.addWidget(self.words)
        self.body.addLayout(self._lines)
        self.texts: list[str] = []
        self.rehearsed = False
        self._shown: object = None

    def show_loading(self) -> None:
        """Nothing has been read yet."""
        self._say(self.tr("Reading what would come…"))

    def show_plan(self, today: Today | None, planned: Sequence[PlannedView], level: int) -> None:
        """Show what would come after today; ``level`` is that of the alarm."""
        self.rehearsed = False
        self.banner.clear()
        self.rehearse.setEnabled(today is not None)
        self.set_title(self.tr("Today failed") if today and today.outcome == "failed" else self.tr("If today fails"))
        if today is None:
            self._say(self.tr("There is no contract yet, so nothing can be at stake."))
            return
        if today.outcome or (today.excused and not planned):
            self._say(self._judged(today))
            return
        if not planned:
            self._say(self.tr("Nothing is at stake today."))
            return
        entries = [Entry(view) for view in _before(today, level)]
        entries += [Entry(view, State.FAILED) for view in planned]
        met = not today.missing and not today.unknown
        words = self.tr("Nothing is missing, so none of it comes as things stand.") if met else ""
        self._show(entries, today.zone, words, (tuple(entries), words))

    def show_rehearsing(self) -> None:
        """It runs."""
        self.rehearse.set_busy(True, self.tr("Rehearsing"))

    def show_rehearsal(self, told: Rehearsal, zone: str) -> None:
        """Show what a failed day would bring, with what would work and what would not."""
        self.rehearse.set_busy(False, self.tr("Rehearse again"))
        self.rehearsed = True
        bad = len(told.would_fail)
        title = (
            self.tr("REHEARSAL. {0} of these would fail.").format(bad)
            if bad
            else self.tr("REHEARSAL. All of this would work.")
        )
        self.banner.show_message(
            Tone.BAD if bad else Tone.GOOD,
            title,
            self.tr("{0} lived on a copy, to exit {1}. Nothing was sent.").format(day_text(told.label), told.exit_code),
            action=self.tr("Back to today"),
            dismissable=False,
        )
        self.set_title(self.tr("Rehearsal"))
        entries = []
        for view in told.lines:
            if view.kind == "ladder":
                entries.append(Entry(replace(view, title=_capital(view.title))))
            elif view.fails:
                entries.append(Entry(view, State.FAILED, self.tr("would fail: {0}").format(view.outcome)))
            else:
                # What a dry run says of itself begins with "would" already.
                would = view.outcome[:1].lower() + view.outcome[1:]
                words = would if would.startswith("would") else self.tr("would work: {0}").format(view.outcome)
                entries.append(Entry(view, State.SAFE, words))
        self._show(entries, zone, "", tuple(entries))

    def show_trouble(self, words: str) -> None:
        """The rehearsal could not run."""
        self.rehearse.set_busy(False, self.tr("Rehearse a failed day"))
        self.banner.show_message(Tone.WARN, self.tr("It could not be rehearsed."), words)

    def _judged(self, today: Today) -> str:
        if today.outcome == "failed":
            return self.tr(
                "What the day ordered is followed in the ledger, until each order is confirmed or called off."
            )
        if today.outcome == "unproved":
            return self.tr("The day could never be proved, so it orders nothing.")
        return self.tr("The day is over and did not fail; it orders nothing. Tomorrow has its own preview.")

    def _say(self, words: str) -> None:
        self._show((), "", words, words)

    def _show(self, entries: Sequence[Entry], zone: str, words: str, mark: object) -> None:
        if mark == self._shown:
            return
        self._shown = mark
        empty_layout(self._lines)
        self.texts = []
        self.words.setText(words)
        self.words.setVisible(bool(words))
        for at, entry in enumerate(entries):
            line = PlanLine(entry, zone, first=not at, last=at == len(entries) - 1)
            self.texts.append(line.text)
            self._lines.addWidget(line)


class OffCard(Card):
    """What a failed day does not cost yet, and where each is switched on."""

    contract_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Switched off", parent)
        self.set_title(self.tr("Switched off"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self.body.addLayout(self._rows)
        arm = Button(self.tr("Arm in the contract"), Kind.PLAIN, small=True)
        arm.clicked.connect(self.contract_wanted)
        self.add_footer(
            _narrow(
                Text(self.tr("Arming holds from today, disarming in seven days."), Role.SMALL12, Tone.DIM, wrap=True)
            ),
            arm,
        )
        self.texts: list[str] = []

    def show_stakes(self, stakes: Stakes, burn: int, channels: Sequence[ChannelView], *, has_hook: bool) -> None:
        """List what is off."""
        empty_layout(self._rows)
        self.texts = []
        off = self._off(stakes, burn, channels, has_hook)
        for at, (name, words) in enumerate(off):
            if at:
                self._rows.addWidget(Line())
            self._rows.addWidget(_off_row(name, words))
            self.texts.append(f"{name}: {words}")
        self.setVisible(bool(off))

    def _off(self, stakes: Stakes, burn: int, channels: Sequence[ChannelView], has_hook: bool) -> list[tuple[str, str]]:
        found = []
        if not burn:
            found.append((self.tr("Coins"), self.tr("none are burned")))
        if not stakes.channels:
            if not channels:
                words = self.tr("connect a channel, test it, then arm it")
            elif any(each.proved_at for each in channels):
                words = self.tr("connected and tried; arm it")
            else:
                words = self.tr("test or rehearse a channel, then arm it")
            found.append((self.tr("Shame post"), words))
        if not stakes.goal:
            found.append((self.tr("Beeminder"), self.tr("connect the account, then choose a goal")))
        elif not stakes.charge_cents:
            found.append((self.tr("Charge"), self.tr("no money is taken; set an amount and a ceiling")))
        if not stakes.hook:
            found.append(
                (
                    self.tr("Own program"),
                    self.tr("saved; switch it on") if has_hook else self.tr("save one, then arm it"),
                )
            )
        elif not has_hook:
            found.append((self.tr("Own program"), self.tr("armed, but no program is saved, so nothing runs")))
        if not stakes.alarm:
            found.append((self.tr("Alarm"), self.tr("choose a level from 1 to 3")))
        if not stakes.growing:
            found.append((self.tr("Growing stakes"), self.tr("each failure costs the same")))
        return found


def _before(today: Today, level: int) -> list[PlannedView]:
    """The rungs that are still to come, the urgent ones with what the alarm does."""
    found = []
    for rung in today.rungs:
        if rung.state != "coming":
            continue
        words = alarm_words(level) if level and rung.urgent else ""
        title = QCoreApplication.translate("Stakes", "{0}, if something is missing then").format(_capital(rung.name))
        found.append(PlannedView("ladder", title, rung.due, "", text=words))
    return found


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _off_row(name: str, words: str) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 6, 0, 6)
    row.setSpacing(10)
    label = Text(f"○ {name}", Role.BODY13)
    label.setFixedWidth(132)
    row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(_narrow(Text(words, Role.BODY13, Tone.DIM, wrap=True)), 1)
    holder.setAccessibleName(f"{name}: {words}")
    return holder


def _narrow(widget: W) -> W:
    """Let wrapping words take the width there is instead of asking for their own."""
    widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return widget
