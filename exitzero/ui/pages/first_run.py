"""The first screen of all: a name, how many, until when, and what is at stake; then the first day begins.

One calm screen and no wizard. The name is checked while it is typed, because a wrong one would make every day unknown;
but no network is no reason to wait, so it can also be checked later.
"""

import sys
from datetime import time
from itertools import pairwise

from PySide6.QtCore import QProcess, Qt, QTime, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from exitzero.core.contract import Clause, Terms
from exitzero.core.day import Hours
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.today import SourceView
from exitzero.core.words import ClauseKind
from exitzero.ui import format as words
from exitzero.ui.link import Link
from exitzero.ui.page import Page
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Card, Kind, Text
from exitzero.ui.widgets.field import Check, Field

SOURCE = "leetcode"
_TYPING_MS = 500
_WIDTH = 560
_FIELDS = {"leetcode.subject": "name", "leetcode.target": "goal", "hours": "deadline", "deadline": "deadline"}


def demo_command() -> tuple[str, list[str]]:
    """The program and its arguments that open the demo, from a checkout or from a bundle."""
    if getattr(sys, "frozen", False):
        return sys.executable, ["--demo"]
    return sys.executable, ["-m", "exitzero", "--demo"]


def _centred(widget: QWidget) -> QHBoxLayout:
    """In the middle, with the height that its width asks for; an alignment would cut wrapped words."""
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(widget)
    row.addStretch(1)
    return row


class FirstRunScreen(Page):
    """Asks what a contract needs and begins it."""

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.setObjectName("first-run")
        self._asking = ""
        self._answered = ""
        self.name = QLineEdit()
        self.name.setObjectName("leetcode-name")
        self.name.setMaxLength(64)
        self.name.setPlaceholderText(self.tr("as in leetcode.com/u/name"))
        self.name_field = Field(self.tr("LeetCode name"), self.name, self.tr("Only what anyone can see is read."))
        self.goal = QSpinBox()
        self.goal.setRange(1, 100)
        self.goal.setObjectName("goal")
        self.goal_field = Field(self.tr("Accepted submissions a day"), self.goal)
        self.deadline = QTimeEdit(QTime(23, 59))
        self.deadline.setObjectName("deadline")
        self.deadline.setDisplayFormat("h:mm AP" if words.twelve_hours() else "HH:mm")
        self.deadline_field = Field(self.tr("Due until"), self.deadline)
        self.zone = Text("", Role.BODY13, Tone.DIM, wrap=True)
        self.begin = Button(self.tr("Begin"), Kind.PRIMARY)
        self.begin.setObjectName("begin")
        self.begin.setDefault(True)
        self.demo = Button(self.tr("Try the demo"), Kind.QUIET)
        self.demo.setObjectName("demo")
        self.demo.setToolTip(self.tr("A year of made-up days; needs no name and no network, and keeps nothing"))
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._check_name)
        self._arrange()
        self.name.textChanged.connect(self._typed)
        self.name.returnPressed.connect(self._begin)
        self.goal.valueChanged.connect(self._say_terms)
        self.deadline.timeChanged.connect(self._say_terms)
        self.begin.clicked.connect(self._begin)
        self.demo.clicked.connect(self._open_demo)
        self._say_terms()
        self._set_ready()

    def refresh(self) -> None:
        """Nothing to ask: there is no contract yet."""
        self._say_terms()

    def terms(self) -> Terms:
        """The contract as it stands in the fields."""
        at = self.deadline.time()
        clause = Clause(
            kind=ClauseKind.LEETCODE,
            target=self.goal.value(),
            subject=self.name.text().strip(),
            source=SOURCE,
        )
        return Terms(clauses=(clause,), hours=Hours(deadline=time(at.hour(), at.minute())))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _arrange(self) -> None:
        card = Card()
        card.setFixedWidth(_WIDTH)
        card.body.setSpacing(16)
        card.body.setContentsMargins(14, 10, 14, 8)
        pair = QHBoxLayout()
        pair.setSpacing(16)
        pair.addWidget(self.goal_field, 1)
        pair.addWidget(self.deadline_field, 1)
        self.promise = Text("", Role.BODY14, wrap=True)
        self.promise.setObjectName("promise")
        self.stakes = Text("", Role.BODY13, Tone.DIM, wrap=True)
        deeds = QHBoxLayout()
        deeds.addWidget(self.demo)
        deeds.addStretch(1)
        deeds.addWidget(self.begin)
        for part in (self.name_field, pair, self.zone):
            if isinstance(part, QWidget):
                card.body.addWidget(part)
            else:
                card.body.addLayout(part)
        card.body.addSpacing(2)
        card.body.addWidget(self.promise)
        card.body.addWidget(self.stakes)
        card.body.addSpacing(4)
        card.body.addLayout(deeds)
        sign = Text("0", Role.FIGURE64, Tone.GOOD)
        title = Text(self.tr("End every day without errors"), Role.TITLE)
        told = Text(
            self.tr("ExitZero believes evidence only. Nothing can be ticked by hand."),
            Role.BODY14,
            Tone.DIM,
            wrap=True,
        )
        told.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        told.setFixedWidth(_WIDTH)
        content = QWidget()
        content.setObjectName("page")
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(0)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(2)
        column.addWidget(sign, 0, middle)
        column.addSpacing(2)
        column.addWidget(title, 0, middle)
        column.addSpacing(8)
        column.addLayout(_centred(told))
        column.addSpacing(24)
        column.addLayout(_centred(card))
        column.addStretch(3)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(content)
        content.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        chain = (self.name, self.goal, self.deadline, self.begin, self.demo)
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _say_terms(self) -> None:
        """The contract in a sentence, so that nobody agrees to fields."""
        zone = self.link.machine_zone()
        now = words.clock(self.link.now(), zone)
        self.zone.setText(self.tr("Time zone {0}, this machine's; it is {1} there now.").format(zone, now))
        due = self.deadline.time().toString("h:mm AP" if words.twelve_hours() else "HH:mm")
        what = words.plural(self.goal.value(), self.tr("{0} accepted submission"), self.tr("{0} accepted submissions"))
        burn = Terms().burn
        self.promise.setText(self.tr("Every day: {0} until {1}.").format(what, due))
        self.stakes.setText(
            self.tr(
                "A day that fails burns {0} coins and ends the streak; a good one earns 10. You start with 10. "
                "Stricter terms hold at once, easier ones only after 7 days."
            ).format(burn)
        )

    def _typed(self) -> None:
        self._answered = ""
        self.name_field.set_check(Check.NONE)
        self._set_ready()
        if self.name.text().strip():
            self._typing.start()
        else:
            self._typing.stop()

    def _check_name(self) -> None:
        """Ask the source for the name in the field, one question at a time."""
        name = self.name.text().strip()
        if self._asking or not name or name == self._answered:
            return
        self._asking = name
        self.name_field.set_check(Check.RUNNING, self.tr("looking for {0} …").format(name))
        self.link.run(lambda errands: errands.check_name(SOURCE, name), self._found, self._not_found)

    def _found(self, view: SourceView) -> None:
        if not self._is_current():
            return
        if view.solved_all is None:
            text = self.tr("Found: {0}.").format(view.name or view.subject)
        else:
            text = self.tr("Found: {0} problems solved ({1} easy, {2} medium, {3} hard).").format(
                view.solved_all, view.solved_easy or 0, view.solved_medium or 0, view.solved_hard or 0
            )
        if not view.official:
            text += " " + self.tr("Answered by a stand-in, not by leetcode.com.")
        self.name_field.set_check(Check.GOOD, text)
        self._set_ready()

    def _not_found(self, error: Exception) -> bool:
        if not self._is_current():
            return True
        if isinstance(error, BadInput):
            self.name_field.set_check(Check.BAD, error.message)
        elif isinstance(error, OutsideTrouble) and error.reason == "unknown_user":
            text = self.tr("LeetCode knows nobody called {0}. Look at the address of your profile page.")
            self.name_field.set_check(Check.BAD, text.format(self._answered))
        elif isinstance(error, OutsideTrouble):
            text = self.tr("{0} You can begin all the same; the name will be checked later.")
            self.name_field.set_check(Check.NONE, text.format(error.title))
        else:
            self.name_field.set_check(Check.NONE)
        self._set_ready()
        return True

    def _is_current(self) -> bool:
        """Whether the answer that came is for what stands in the field; if not, ask for that."""
        asked, self._asking = self._asking, ""
        if self.name.text().strip() != asked:
            self._check_name()
            return False
        self._answered = asked
        return True

    def _set_ready(self) -> None:
        self.begin.setEnabled(bool(self.name.text().strip()) and self.name_field.error is None)

    def _begin(self) -> None:
        if not self.begin.isEnabled():
            return
        terms = self.terms()
        self.begin.set_busy(True, self.tr("Beginning…"))
        self.link.do(lambda actions: actions.adopt(terms), self._begun, self._not_begun)

    def _begun(self, _result: object) -> None:
        self.begin.set_busy(False, self.tr("Begin"))
        self.link.watch.ask()

    def _not_begun(self, error: Exception) -> None:
        self.begin.set_busy(False, self.tr("Begin"))
        if isinstance(error, BadInput):
            field = {"goal": self.goal_field, "deadline": self.deadline_field}.get(
                _FIELDS.get(error.field, ""), self.name_field
            )
            field.set_error(error.message)
            field.control.setFocus()

    def _open_demo(self) -> None:
        program, arguments = demo_command()
        started: object = QProcess.startDetached(program, arguments)
        # The stubs say bool; the binding gives the process's number beside it.
        if started is False or (isinstance(started, tuple) and not started[0]):
            self.link.report(OutsideTrouble(self.tr("The demo could not be started."), ""))
