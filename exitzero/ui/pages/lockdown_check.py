"""The lockdown's self-test on its page: is it really out of reach, for the resolver and for each browser, and what is
known to lead round it. What was not seen is called unknown, never blocked."""

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exitzero.desktop.browsers import proxy_settings
from exitzero.desktop.reach import BrowserReport, Finding, Report
from exitzero.desktop.reach import State as Reach
from exitzero.ui.pages.layout import Flow, Line, empty_layout
from exitzero.ui.ports import Errands
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Button, Card, Chip, Text

_CHIP = 116


class Checked(NamedTuple):
    """What a run of the self-test found."""

    report: Report
    proxies: tuple[str, ...]
    with_browsers: bool


def check(errands: Errands, *, browsers: bool) -> Checked:
    """Run the self-test. Blocks for many seconds when browsers are started."""
    return Checked(errands.lockdown.test(browsers=browsers), proxy_settings(), browsers)


class CheckCard(Card):
    """Runs the self-test and shows what was seen."""

    check_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Self-test", parent)
        self.set_title(self.tr("Self-test"))
        self._locked = False
        self.words = _wrapped(Role.BODY13, Tone.DIM)
        self.quick = Button(self.tr("Test the resolver"))
        self.full = Button(self.tr("Test with browsers"))
        self.quick.clicked.connect(lambda: self._run(browsers=False))
        self.full.clicked.connect(lambda: self._run(browsers=True))
        self.full.setToolTip(self.tr("Starts each browser afresh, with a profile of its own and without a window"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        deeds = Flow()
        for button in (self.quick, self.full):
            deeds.addWidget(button)
        self.body.addWidget(self.words)
        self.body.addLayout(self._rows)
        self.body.addLayout(deeds)
        self.texts: list[str] = []
        self.set_locked(locked=False)

    def set_locked(self, *, locked: bool) -> None:
        """Whether something ought to be out of reach now, which decides what a reachable site means."""
        self._locked = locked
        if not self.texts:
            self.words.setText(
                self.tr("Tries a few of the locked names: is each really out of reach?")
                if locked
                else self.tr("Nothing is locked now, so sites will answer. It shows what a lock would have to stop.")
            )

    def show_checked(self, checked: Checked) -> None:
        """Show what was seen."""
        self._rest()
        report = checked.report
        self.set_state(*self._whole(report))
        self.words.setText(
            self.tr("Seen just now.")
            if self._locked
            else self.tr("Seen just now, while nothing is locked: that sites answer is as it should be.")
        )
        self._clear()
        self._add(self.tr("Resolver"), None, None)
        for finding in report.resolver:
            self._finding(finding)
        for each in report.browsers:
            self._rows.addWidget(Line())
            self._browser(each, ran=checked.with_browsers)
        if not report.browsers:
            self._rows.addWidget(Line())
            self._add(self.tr("No browser was found on this machine."), None, None)
        self._rows.addWidget(Line())
        self._add(self.tr("Ways round that can be seen"), None, None)
        for sentence in checked.proxies:
            self._add(
                sentence, State.AT_RISK, self.tr("Through it names may be looked up elsewhere."), word=self.tr("Found")
            )
        if not checked.proxies:
            none = _wrapped(Role.BODY13, Tone.DIM)
            none.setText(self.tr("No proxy and no VPN was found; that is no proof that there is none."))
            self.texts.append(none.text())
            self._rows.addWidget(none)

    def show_trouble(self, title: str, advice: str) -> None:
        """Say why nothing was tested."""
        self._rest()
        self._clear()
        self.set_state(State.UNKNOWN, self.tr("Not tested"))
        self._add(title, State.UNKNOWN, advice)

    def _run(self, *, browsers: bool) -> None:
        button = self.full if browsers else self.quick
        self.quick.setEnabled(False)
        self.full.setEnabled(False)
        button.set_busy(True, self.tr("Testing"))
        self._clear()
        self.set_state(None)
        self.words.setText(
            self.tr("Starting each browser afresh; up to 20 seconds for each.") if browsers else self.tr("Looking up…")
        )
        self.check_wanted.emit(browsers)

    def _rest(self) -> None:
        self.quick.set_busy(False, self.tr("Test the resolver"))
        self.full.set_busy(False, self.tr("Test with browsers"))

    def _whole(self, report: Report) -> tuple[State, str]:
        if not report.resolver:
            return State.UNKNOWN, self.tr("Nothing to test")
        # Browsers that were not started say nothing about the whole.
        tried = [each.state for each in report.browsers if each.findings]
        states = {finding.state for finding in report.resolver} | set(tried)
        if Reach.REACHABLE in states:
            return (State.FAILED, self.tr("Reachable")) if self._locked else (State.REST, self.tr("Reachable"))
        if states == {Reach.BLOCKED}:
            return State.SAFE, self.tr("Out of reach")
        return State.UNKNOWN, self.tr("Unknown")

    def _mark(self, state: Reach) -> State:
        if state is Reach.REACHABLE:
            return State.FAILED if self._locked else State.REST
        return State.SAFE if state is Reach.BLOCKED else State.UNKNOWN

    def _reach_word(self, state: Reach) -> str:
        return {
            Reach.BLOCKED: self.tr("Out of reach"),
            Reach.REACHABLE: self.tr("Reachable"),
            Reach.UNKNOWN: self.tr("Unknown"),
        }[state]

    def _finding(self, finding: Finding) -> None:
        advice = finding.advice if self._locked or finding.state is not Reach.REACHABLE else ""
        self._add(finding.sentence, self._mark(finding.state), advice, word=self._reach_word(finding.state))

    def _browser(self, report: BrowserReport, *, ran: bool) -> None:
        title = report.browser.title
        if report.is_running:
            title = self.tr("{0}, running").format(title)
        self._add(title, None, None)
        if ran:
            for finding in report.findings:
                self._finding(finding)
        if not report.findings:
            self._add(self.tr("Not started for this test."), State.UNKNOWN, "", word=self.tr("Not seen"))
        if report.notice and self._locked:
            self._add(report.notice, State.AT_RISK, report.advice, word=self.tr("Running"))

    def _add(self, sentence: str, state: State | None, advice: str | None, *, word: str = "") -> None:
        """A line of what was seen; without a state a heading."""
        self.texts.append(f"{state.glyph} {word}: {sentence}" if state is not None else sentence)
        if state is None:
            self._rows.addWidget(Text(sentence, Role.STRONG13))
            return
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        chip = Chip(state, word or " ")
        chip.setFixedWidth(_CHIP)
        row.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
        told = QVBoxLayout()
        told.setSpacing(1)
        said = _wrapped(Role.BODY13, Tone.PLAIN)
        said.setText(sentence)
        told.addWidget(said)
        if advice:
            below = _wrapped(Role.SMALL12, Tone.DIM)
            below.setText(advice)
            told.addWidget(below)
        row.addLayout(told, 1)
        holder.setAccessibleName(f"{word or state.word}: {sentence}")
        holder.setAccessibleDescription(advice or "")
        self._rows.addWidget(holder)

    def _clear(self) -> None:
        empty_layout(self._rows)
        self.texts = []


def _wrapped(role: Role, tone: Tone) -> Text:
    text = Text("", role, tone, wrap=True)
    text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return text
