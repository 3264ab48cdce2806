"""The first screen of all: what is owed and what proves it, until when, what is at stake; then the first day begins.

One calm screen and no wizard; each clause can be left out. The name is checked while it is typed, because a wrong one
would make every day unknown; but no network is no reason to wait, so it can also be checked later.
"""

import sys
from datetime import time
from itertools import pairwise

from PySide6.QtCore import QProcess, Qt, QTime, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from exitzero.core.contract import Terms, usual_clause
from exitzero.core.day import Hours
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.today import SourceView
from exitzero.core.words import ClauseKind
from exitzero.ui import format as words
from exitzero.ui.link import Link
from exitzero.ui.page import Page
from exitzero.ui.pages.layout import Line
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Card, Kind, Text
from exitzero.ui.widgets.field import Check, Field

SOURCE = "leetcode"
_TYPING_MS = 500
_WIDTH = 700
_NUMBER_WIDTH = 148
_INDENT = 33
_TITLES = {
    ClauseKind.LEETCODE: "LeetCode",
    ClauseKind.OUTREACH: "Outreach",
    ClauseKind.MOCKS: "Mock interviews",
}


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
        self._numbers: list[QSpinBox] = []
        self.name = QLineEdit()
        self.name.setObjectName("leetcode-name")
        self.name.setMaxLength(64)
        self.name.setPlaceholderText(self.tr("as in leetcode.com/u/name"))
        self.name_field = Field(self.tr("LeetCode name"), self.name, self.tr("Only what anyone can see is read."))
        self.leetcode, self.goal_field = self._choice(
            ClauseKind.LEETCODE,
            "goal",
            self.tr("Accepted a day"),
        )
        self.outreach, self.outreach_field = self._choice(
            ClauseKind.OUTREACH,
            "outreach-goal",
            self.tr("Proved a day"),
        )
        self.mocks, self.mocks_field = self._choice(
            ClauseKind.MOCKS,
            "mocks-goal",
            self.tr("Booked ahead"),
        )
        self.goal, self.outreach_goal, self.mocks_goal = self._numbers
        self.deadline = QTimeEdit(QTime(23, 59))
        self.deadline.setObjectName("deadline")
        self.deadline.setDisplayFormat("h:mm AP" if words.twelve_hours() else "HH:mm")
        self.deadline_field = Field(self.tr("Due until"), self.deadline)
        self._fields = {
            "leetcode.subject": self.name_field,
            "leetcode.target": self.goal_field,
            "outreach.target": self.outreach_field,
            "mocks.target": self.mocks_field,
            "hours": self.deadline_field,
        }
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
        for number in self._numbers:
            number.valueChanged.connect(self._say_terms)
        for box in (self.leetcode, self.outreach, self.mocks):
            box.toggled.connect(self._chosen)
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
        clauses = []
        if self.leetcode.isChecked():
            name = self.name.text().strip()
            clauses.append(usual_clause(ClauseKind.LEETCODE, name, target=self.goal.value()))
        if self.outreach.isChecked():
            clauses.append(usual_clause(ClauseKind.OUTREACH, target=self.outreach_goal.value()))
        if self.mocks.isChecked():
            clauses.append(usual_clause(ClauseKind.MOCKS, target=self.mocks_goal.value()))
        return Terms(clauses=tuple(clauses), hours=Hours(deadline=time(at.hour(), at.minute())))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choice(self, kind: ClauseKind, name: str, label: str) -> tuple[QCheckBox, Field]:
        """The switch of a clause and the field of its number, with the number as it is offered."""
        box = QCheckBox(_TITLES[kind])
        box.setObjectName(f"with-{kind.value}")
        box.setChecked(True)
        number = QSpinBox()
        number.setObjectName(name)
        number.setRange(1, 100)
        number.setValue(usual_clause(kind).target)
        self._numbers.append(number)
        field = Field(label, number)
        field.setFixedWidth(_NUMBER_WIDTH)
        return box, field

    def _line(self, box: QWidget, told: QWidget, field: QWidget) -> QHBoxLayout:
        """A clause: its switch and what proves it at the left, how many at the right."""
        words_of = QVBoxLayout()
        words_of.setSpacing(3)
        words_of.addWidget(box)
        told.setContentsMargins(_INDENT, 0, 0, 0)
        words_of.addWidget(told)
        words_of.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addLayout(words_of, 1)
        line.addWidget(field, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _arrange(self) -> None:
        card = Card()
        card.setFixedWidth(_WIDTH)
        card.body.setSpacing(10)
        card.body.setContentsMargins(14, 6, 14, 4)
        proofs = {
            ClauseKind.LEETCODE: self.tr("Submissions that LeetCode shows as accepted on your day."),
            ClauseKind.OUTREACH: self.tr(
                "Proved by a link to the message, a screenshot, or the sent mail itself. A mailbox can be added later."
            ),
            ClauseKind.MOCKS: self.tr("Interviews that stand in your calendar for the coming 7 days."),
        }
        told_of = {kind: Text(text, Role.SMALL12, Tone.DIM, wrap=True) for kind, text in proofs.items()}
        self.zone.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.deadline_field.setFixedWidth(_NUMBER_WIDTH)
        self.promise = Text("", Role.BODY14, wrap=True)
        self.promise.setObjectName("promise")
        self.stakes = Text("", Role.BODY13, Tone.DIM, wrap=True)
        deeds = QHBoxLayout()
        deeds.addWidget(self.demo)
        deeds.addStretch(1)
        deeds.addWidget(self.begin)
        card.body.addLayout(self._line(self.leetcode, told_of[ClauseKind.LEETCODE], self.goal_field))
        card.body.addWidget(self.name_field)
        card.body.addWidget(Line())
        card.body.addLayout(self._line(self.outreach, told_of[ClauseKind.OUTREACH], self.outreach_field))
        card.body.addWidget(Line())
        card.body.addLayout(self._line(self.mocks, told_of[ClauseKind.MOCKS], self.mocks_field))
        card.body.addWidget(Line())
        due = Text(self.tr("The day's deadline"), Role.BODY14)
        for part in (due, self.name_field):
            part.setContentsMargins(_INDENT, 0, 0, 0)
        card.body.addLayout(self._line(due, self.zone, self.deadline_field))
        card.body.addSpacing(2)
        card.body.addWidget(self.promise)
        card.body.addWidget(self.stakes)
        card.body.addSpacing(4)
        card.body.addLayout(deeds)
        self._stand_below_title(card)
        chain = (
            self.leetcode,
            self.goal,
            self.name,
            self.outreach,
            self.outreach_goal,
            self.mocks,
            self.mocks_goal,
            self.deadline,
            self.begin,
            self.demo,
        )
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _stand_below_title(self, card: Card) -> None:
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
        column.setContentsMargins(20, 10, 20, 12)
        column.setSpacing(0)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(2)
        column.addWidget(sign, 0, middle)
        column.addSpacing(2)
        column.addWidget(title, 0, middle)
        column.addSpacing(8)
        column.addLayout(_centred(told))
        column.addSpacing(14)
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

    def _say_terms(self) -> None:
        """The contract in a sentence, so that nobody agrees to fields."""
        zone = self.link.machine_zone()
        now = words.clock(self.link.now(), zone)
        self.zone.setText(self.tr("Time zone {0}, this machine's; it is {1} there now.").format(zone, now))
        due = self.deadline.time().toString("h:mm AP" if words.twelve_hours() else "HH:mm")
        burn = Terms().burn
        owed = self._owed()
        if owed:
            self.promise.setText(self.tr("Every day until {0}: {1}.").format(due, owed))
        else:
            self.promise.setText(self.tr("Choose at least one thing to owe."))
        self.stakes.setText(
            self.tr(
                "A day that fails burns {0} coins and ends the streak; a good one earns 10. You start with 10. "
                "Stricter terms hold at once, easier ones only after 7 days."
            ).format(burn)
        )

    def _owed(self) -> str:
        """What is owed, as it stands in the sentence."""
        parts = []
        if self.leetcode.isChecked():
            one, many = self.tr("{0} accepted submission"), self.tr("{0} accepted submissions")
            parts.append(words.plural(self.goal.value(), one, many))
        if self.outreach.isChecked():
            one, many = self.tr("{0} proved outreach"), self.tr("{0} proved outreaches")
            parts.append(words.plural(self.outreach_goal.value(), one, many))
        if self.mocks.isChecked():
            one, many = self.tr("{0} mock interview booked ahead"), self.tr("{0} mock interviews booked ahead")
            parts.append(words.plural(self.mocks_goal.value(), one, many))
        return self.tr("{0} and {1}").format(", ".join(parts[:-1]), parts[-1]) if len(parts) > 1 else "".join(parts)

    def _chosen(self) -> None:
        """A clause came or went."""
        self.goal_field.setEnabled(self.leetcode.isChecked())
        self.name_field.setVisible(self.leetcode.isChecked())
        self.outreach_field.setEnabled(self.outreach.isChecked())
        self.mocks_field.setEnabled(self.mocks.isChecked())
        self._say_terms()
        self._set_ready()

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
        named = bool(self.name.text().strip()) and self.name_field.error is None
        others = self.outreach.isChecked() or self.mocks.isChecked()
        self.begin.setEnabled(named if self.leetcode.isChecked() else others)

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
            field = self._fields.get(error.field, self.name_field if self.leetcode.isChecked() else self.deadline_field)
            field.set_error(error.message)
            field.control.setFocus()

    def _open_demo(self) -> None:
        program, arguments = demo_command()
        started: object = QProcess.startDetached(program, arguments)
        # The stubs say bool; the binding gives the process's number beside it.
        if started is False or (isinstance(started, tuple) and not started[0]):
            self.link.report(OutsideTrouble(self.tr("The demo could not be started."), ""))
