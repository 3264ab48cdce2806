"""The upper card of the page *Lockdown*: how it stands in one word, until when, why, and what ends it.

The word LOCKED stands there only while the helper says that the hosts file holds a lock that has begun.
"""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.today import LockView
from exitzero.engine.views import LockdownPage, LockLine
from exitzero.ui import format as words
from exitzero.ui import theme
from exitzero.ui.link import Link
from exitzero.ui.pages.layout import Flow, Pairs, keyed
from exitzero.ui.pages.lockdown_words import Standing, flag_words, names_text, standing_of
from exitzero.ui.pages.wording import own_zone
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import icons
from exitzero.ui.widgets.card import Button, Card, Figure, Kind, Text
from exitzero.ui.widgets.countdown import Countdown

_RIGHT_WIDTH = 336
_NARROW = 940
_NARROW_WIDTH = 216
_SIGN = 44
_INSET = 7
"""The drawing's own margin, so that its edge stands where the words below begin."""


class Sign(QWidget):
    """The lock itself, in the state's colour: shut, open, armed, or a warning where it is not what it ought to be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(_SIGN - 2 * _INSET, _SIGN)
        self._icon, self._state = "unlock", State.REST

    def show_standing(self, standing: Standing) -> None:
        """Draw another one."""
        self._icon, self._state = standing.icon, standing.state
        self.setAccessibleName(standing.word)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        color = look.dim if self._state is State.REST else look.state(self._state)
        icons.draw(QPainter(self), self._icon, QRectF(-_INSET, 0, _SIGN, _SIGN), color)


class StateCard(Card):
    """State, countdown and the two deeds: lock by hand, and the emergency exit."""

    lock_wanted = Signal()
    exit_wanted = Signal()
    stay_wanted = Signal()
    look_wanted = Signal()
    contract_wanted = Signal()

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("lockdown-state")
        self._link = link
        self._page: LockdownPage | None = None
        self._target: datetime | None = None
        self.sign = Sign()
        self.word = Figure("–", "", role=Role.FIGURE40)
        self.word.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.sentence = Text("", Role.BODY14, wrap=True)
        self.hint = Text("", Role.BODY13, Tone.INFO, wrap=True)
        self.facts = Pairs(name_width=76)
        self.label = Text("", Role.LABEL12, Tone.DIM)
        self.countdown = Countdown()
        self._narrow_countdown = Countdown(role=Role.FIGURE40)
        self._narrow_countdown.hide()
        for countdown in (self.countdown, self._narrow_countdown):
            countdown.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.until = Text("", Role.BODY13, Tone.DIM)
        self.lock = Button(self.tr("Lock now…"), Kind.PRIMARY, icon="lock")
        keyed(self.lock, "Alt+L")
        self.leave = Button(self.tr("Emergency exit…"))
        keyed(self.leave, "Alt+E")
        self.stay = Button(self.tr("Stay locked after all"))
        self.again = Button("", Kind.QUIET, icon="check")
        keyed(self.again, "Alt+R", self.tr("Ask the helper again"))
        self.again.setAccessibleName(self.tr("Ask the helper again"))
        self.contract = Button(self.tr("Sites and causes in the contract"))
        for button, signal in (
            (self.lock, self.lock_wanted),
            (self.leave, self.exit_wanted),
            (self.stay, self.stay_wanted),
            (self.again, self.look_wanted),
            (self.contract, self.contract_wanted),
        ):
            button.clicked.connect(signal)
        self._arrange()

    def show_page(self, page: LockdownPage, *, freed: bool) -> None:
        """Show how it stands; ``freed`` says that a lock ended while the page was looked at."""
        self._page = page
        view, now, zone = page.view, self._link.now(), own_zone(self._link)
        standing = standing_of(view, answers=page.helper.answers)
        self.sign.show_standing(standing)
        self.word.set_value(standing.word, "", Tone.PLAIN if standing.state is State.REST else standing.tone)
        self.setAccessibleName(self.tr("Lockdown: {0}").format(standing.word))
        self.set_accent(standing.state if view.standing in {"locked", "degraded", "armed"} else None)
        self.sentence.setText(self._sentence(page, now, zone))
        self.facts.set_rows(self._facts(page, now, zone))
        self._show_hint(view, freed=freed)
        self._show_countdown(view, now, zone)
        locks = view.standing in {"locked", "degraded"}
        running = view.opens is not None
        self.leave.setVisible(locks and not running)
        self.leave.setEnabled(not page.emergency_refusal)
        self.leave.setToolTip(page.emergency_refusal or self.leave.text())
        self.stay.setVisible(running)
        self.lock.setVisible(page.helper.answers)
        self.lock.set_kind(Kind.PLAIN if locks else Kind.PRIMARY)
        word = self.tr("Lock more…") if locks else self.tr("Lock now…")
        if word != self.lock.text():
            self.lock.setText(word)
            self.lock.setAccessibleName(word)
            keyed(self.lock, "Alt+L")
            self.lock.updateGeometry()

    def _sentence(self, page: LockdownPage, now: datetime, zone: str) -> str:
        view = page.view
        names = names_text(view.sites)
        match view.standing:
            case "locked" if view.opens is not None:
                return self.tr("{0} are out of reach until the emergency exit opens at {1}.").format(
                    names, _when(view.opens, now, zone)
                )
            case "locked":
                return self.tr("{0} are out of reach until {1}.").format(names, _when(view.until, now, zone))
            case "degraded":
                return self.tr("A lock runs until {0}, but the hosts file does not hold it: sites may answer.").format(
                    _when(view.until, now, zone)
                )
            case "armed":
                return self.tr("{0} will be locked at {1} by the helper, with this program closed too.").format(
                    names, _when(view.starts, now, zone)
                )
            case "missing":
                return self.tr("The contract would lock {0}, but no helper answers: nothing is locked.").format(
                    names_text(len(page.sites))
                )
            case "idle":
                return self.tr("Nothing is locked. {0} stand ready in the contract.").format(
                    names_text(len(page.sites))
                )
        if page.sites:
            return self.tr("Sites are chosen, but nothing in the contract locks them; you can lock by hand.")
        return self.tr("No site is chosen in the contract, so nothing is ever locked.")

    def _facts(self, page: LockdownPage, now: datetime, zone: str) -> list[tuple[str, str] | tuple[str, str, Tone]]:
        view = page.view
        rows: list[tuple[str, str] | tuple[str, str, Tone]] = []
        if view.standing in {"locked", "degraded", "armed"}:
            if view.cause:
                rows.append((self.tr("Why"), view.cause))
            if view.release:
                rows.append((self.tr("Ends by"), view.release))
        if view.standing == "degraded":
            for flag in page.helper.flags:
                told, advice = flag_words(flag)
                rows.append((self.tr("Trouble"), f"{told} {advice}".strip(), Tone.BAD))
        elif view.standing == "missing":
            rows.append((self.tr("Helper"), f"{page.helper.words} {page.helper.advice}".strip(), Tone.UNKNOWN))
        elif view.standing in {"idle", "off"}:
            following = _first(page.planned)
            if following is not None:
                when = words.when(following.starts, now, zone)
                rows.append((self.tr("Next"), self.tr("{0}, {1}").format(when, following.cause_words)))
        used = page.emergency_used
        if view.standing in {"locked", "degraded"} or used:
            told = self.tr("{0} of {1} emergency exits taken this month").format(used, used + page.emergency_left)
            rows.append((self.tr("Exits"), told))
        return rows

    def _show_hint(self, view: LockView, *, freed: bool) -> None:
        text = ""
        if view.standing == "locked":
            text = self.tr("Close open tabs of these sites; restart Firefox if it runs. Open connections go on.")
        elif freed and view.standing != "degraded":
            text = self.tr("The sites are back. Firefox may need a minute.")
        self.hint.setText(text)
        self.hint.setVisible(bool(text))

    def _show_countdown(self, view: LockView, now: datetime, zone: str) -> None:
        label, self._target, passed = "", None, ""
        if view.opens is not None:
            label, self._target = self.tr("Emergency exit opens in"), view.opens
            passed = self.tr("asking the helper")
        elif view.standing in {"locked", "degraded"}:
            label, self._target, passed = self.tr("Until it ends"), view.until, self.tr("it has ended")
        elif view.standing == "armed":
            label, self._target, passed = self.tr("Until it locks"), view.starts, self.tr("the helper locks")
        self.label.setText(label)
        self.until.setText(_when(self._target, now, zone) if self._target is not None else "")
        self.holder.setVisible(self._target is not None)
        for countdown in (self.countdown, self._narrow_countdown):
            countdown.set_passed_word(passed)
            countdown.set_target(self._remaining if self._target is not None else None)
            countdown.setAccessibleName(label)

    def _remaining(self) -> float | None:
        return (self._target - self._link.now()).total_seconds() if self._target is not None else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        if narrow is self._narrow_countdown.isHidden():
            self.countdown.setVisible(not narrow)
            self._narrow_countdown.setVisible(narrow)
            self.holder.setFixedWidth(_NARROW_WIDTH if narrow else _RIGHT_WIDTH)

    def _arrange(self) -> None:
        told = QVBoxLayout()
        told.setSpacing(6)
        told.addWidget(Text(self.tr("Lockdown"), Role.LABEL12, Tone.DIM))
        line = QHBoxLayout()
        line.setSpacing(14)
        line.addWidget(self.sign)
        line.addWidget(self.word, 1)
        told.addLayout(line)
        told.addSpacing(2)
        told.addWidget(self.sentence)
        told.addWidget(self.facts)
        told.addWidget(self.hint)
        told.addStretch(1)
        deeds = Flow()
        for button in (self.lock, self.leave, self.stay, self.contract, self.again):
            deeds.addWidget(button)
        told.addSpacing(4)
        told.addLayout(deeds)
        self.holder = QWidget()
        self.holder.setFixedWidth(_RIGHT_WIDTH)
        right = QVBoxLayout(self.holder)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(4)
        side = Qt.AlignmentFlag.AlignRight
        right.addWidget(self.label, 0, side)
        right.addStretch(1)
        right.addWidget(self.countdown)
        right.addWidget(self._narrow_countdown)
        right.addWidget(self.until, 0, side)
        right.addStretch(2)
        row = QHBoxLayout()
        row.setSpacing(28)
        row.addLayout(told, 1)
        row.addWidget(self.holder)
        self.body.addLayout(row)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, super().minimumSizeHint().height())


def _when(at: datetime | None, now: datetime, zone: str) -> str:
    return words.when(at, now, zone) if at is not None else "–"


def _first(lines: Sequence[LockLine]) -> LockLine | None:
    return min(lines, key=lambda line: line.starts, default=None)
