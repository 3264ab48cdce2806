"""The clauses of a contract as fields: one block a kind, each of which may be added and taken out.

A kind that is not in the contract keeps its place as an offer that says in a sentence what would prove it, so that
nobody has to know beforehand what can be owed. Long, because the kinds stand side by side, each with all its fields.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from exitzero.core.contract import (
    PROOFS,
    SENT_MAIL,
    USUAL_WORDS,
    Clause,
    Counting,
    CountingRule,
    usual_clause,
)
from exitzero.core.observation import Difficulty
from exitzero.core.words import ClauseKind, Quota
from exitzero.ui.format import source_name
from exitzero.ui.pages.contract_words import WordsField
from exitzero.ui.pages.fields import Choice, Field, Spin, WeekdayPicker
from exitzero.ui.pages.layout import Flow
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Card, Kind, Text


def spoken(kind: ClauseKind) -> str:
    """A kind's name inside a sentence."""
    return kind.heading if kind is ClauseKind.LEETCODE else kind.heading.lower()


def proof_words(kind: ClauseKind) -> str:
    """What proves a clause of that kind, in a sentence."""
    tr = QCoreApplication.translate
    return {
        ClauseKind.LEETCODE: tr("Clauses", "Proved by the accepted submissions that LeetCode shows of your name."),
        ClauseKind.OUTREACH: tr(
            "Clauses", "Proved by links to the messages, screenshots, or mails that are really in your Sent folder."
        ),
        ClauseKind.MOCKS: tr("Clauses", "Proved by mock interviews that stand in your calendar, here or connected."),
    }[kind]


class ClauseForm(Card):
    """One clause's fields, or the offer to add it."""

    edited = Signal()
    came_or_went = Signal()
    """The clause was added or taken out, so the Tab key has other stops."""
    name_asked = Signal(str, str)
    """Source and account name that are to be tried."""
    mailbox_wanted = Signal()

    def __init__(self, kind: ClauseKind, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("Clauses", "{0} clause").format(kind.heading), parent)
        self.kind = kind
        self.fields: dict[str, Field] = {}
        self._clause = usual_clause(kind)
        self._there = False

    def parts(self) -> Iterator[None]:
        """Make the fields, in short steps."""
        key = self.kind.value
        self.target = Spin(0, 999)
        self.quota = Choice(((self.tr("every day"), Quota.DAILY), (self.tr("every week"), Quota.WEEKLY)), 132)
        self.weight = Spin(0, 9999)
        self.weekdays = WeekdayPicker()
        yield
        self.fields = {
            f"{key}.target": Field(self.target_label(), self.target),
            f"{key}.weekdays": Field(self.tr("Owed on"), self.weekdays),
            f"{key}.weight": Field(self.tr("Weight"), self.weight),
        }
        self.leave = Button(self.tr("Take out"), Kind.QUIET, small=True)
        self.leave.setAccessibleName(self.tr("Take the {0} clause out of the contract").format(self.kind.heading))
        self.leave.clicked.connect(self._leave)
        self.add_head_widget(self.leave)
        self._offer = QWidget()
        offer = QHBoxLayout(self._offer)
        offer.setContentsMargins(0, 0, 0, 0)
        offer.setSpacing(14)
        offer.addWidget(Text(proof_words(self.kind), Role.BODY13, Tone.DIM, wrap=True), 1)
        self.join = Button(self.tr("Add {0}").format(spoken(self.kind)), small=True)
        self.join.clicked.connect(self._join)
        offer.addWidget(self.join)
        self._box = QWidget()
        self._rows = QVBoxLayout(self._box)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(14)
        self.body.addWidget(self._offer)
        self.body.addWidget(self._box)
        yield
        yield from self.fill()
        for spin in (self.target, self.weight):
            spin.valueChanged.connect(self._changed)
        self.quota.currentIndexChanged.connect(self._changed)
        self.weekdays.changed.connect(self._changed)

    def fill(self) -> Iterator[None]:
        """Put the fields into rows."""
        return iter(())

    def target_label(self) -> str:
        """What the target is called."""
        return self.tr("Target")

    def row(self, *parts: QWidget) -> None:
        """A line of fields that breaks where there is no room."""
        flow = Flow(spacing=14)
        self._rows.addLayout(flow)
        for part in parts:
            flow.addWidget(part)

    def stops(self) -> list[QWidget]:
        """What the Tab key visits, in the order of reading."""
        return [self.leave, *self.field_stops()] if self._there else [self.join]

    def field_stops(self) -> list[QWidget]:
        """The stops among the fields."""
        return [self.target, self.quota, *self.weekdays.days, self.weight]

    def load(self, clause: Clause | None) -> None:
        """Show a clause, or the offer to add one."""
        self._there = clause is not None
        self._clause = clause if clause is not None else usual_clause(self.kind)
        self.show_clause(self._clause)
        self._show_there()

    def show_clause(self, clause: Clause) -> None:
        """Put a clause into the fields."""
        self.target.setValue(clause.target)
        self.quota.choose(clause.quota)
        self.weight.setValue(clause.weight)
        self.weekdays.choose(clause.weekdays)

    def clause(self) -> Clause | None:
        """The clause as it stands in the fields; None while it is not in the contract."""
        return self.read(self._clause) if self._there else None

    def read(self, clause: Clause) -> Clause:
        """A clause with what stands in the fields."""
        return replace(
            clause,
            target=self.target.value(),
            quota=Quota(self.quota.currentData()),
            weight=self.weight.value(),
            weekdays=self.weekdays.chosen(),
        )

    def show_share(self, whole: int, *, alone: bool) -> None:
        """Say how much of the day the clause is; one that stands ``alone`` cannot be taken out."""
        share = round(100 * self.weight.value() / whole) if whole else 0
        self.fields[f"{self.kind.value}.weight"].set_hint(self.tr("{0} % of the day").format(share))
        self.leave.setEnabled(not alone)
        self.leave.setToolTip(self.tr("A contract needs at least one clause") if alone else "")

    def set_mailboxes(self, addresses: Sequence[str]) -> None:
        """Offer these mailboxes as proof, where mail can prove anything."""

    def say_of_name(self, message: str, *, good: bool) -> None:
        """Show what trying the account's name brought."""

    @property
    def is_trying(self) -> bool:
        """Whether a name is being tried."""
        return False

    def _show_there(self) -> None:
        self._box.setVisible(self._there)
        self.leave.setVisible(self._there)
        self._offer.setVisible(not self._there)

    def _join(self) -> None:
        self._there = True
        self._came_or_went()
        self.target.setFocus()

    def _leave(self) -> None:
        self._there = False
        self._came_or_went()
        self.join.setFocus()

    def _came_or_went(self) -> None:
        self._show_there()
        self.came_or_went.emit()
        self.edited.emit()

    def _changed(self) -> None:
        self.edited.emit()


class LeetCodeForm(ClauseForm):
    """LeetCode: whose submissions count, and which of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ClauseKind.LEETCODE, parent)

    def fill(self) -> Iterator[None]:
        self.rule = Choice(
            (
                (self.tr("any accepted submission"), CountingRule.ANY),
                (self.tr("each problem once a day"), CountingRule.PROBLEMS),
                (self.tr("new, or a review after some days"), CountingRule.REVIEW),
                (self.tr("new problems only"), CountingRule.NEW),
            ),
            252,
        )
        self.review = Spin(0, 9999)
        self.review.setSuffix(self.tr(" days"))
        self.minimum = Choice(
            (
                (self.tr("any difficulty"), None),
                (self.tr("easy or harder"), Difficulty.EASY),
                (self.tr("medium or harder"), Difficulty.MEDIUM),
                (self.tr("hard only"), Difficulty.HARD),
            ),
            168,
        )
        yield
        self.account = QLineEdit()
        self.account.setFixedWidth(220)
        self.account.setMaxLength(80)
        self.try_name = Button(self.tr("Test name"), small=True)
        self.try_name.clicked.connect(self._ask_name)
        self._subject = Field("", self._with_button(self.account))
        self._review_field = Field(self.tr("Review after"), self.review)
        counting = Field(self.tr("What counts"), self.rule)
        self.fields |= {"leetcode.counting": counting, "leetcode.subject": self._subject}
        yield
        self.row(self.fields["leetcode.target"], Field(self.tr("Owed"), self.quota), self.fields["leetcode.weekdays"])
        self.row(counting, self._review_field, Field(self.tr("Difficulty"), self.minimum))
        self.row(self._subject, self.fields["leetcode.weight"])
        self.review.valueChanged.connect(self._changed)
        for choice in (self.rule, self.minimum):
            choice.currentIndexChanged.connect(self._changed)
        self.account.textChanged.connect(self._name_changed)
        yield

    def field_stops(self) -> list[QWidget]:
        return [
            self.target,
            self.quota,
            *self.weekdays.days,
            self.rule,
            self.review,
            self.minimum,
            self.account,
            self.try_name,
            self.weight,
        ]

    def show_clause(self, clause: Clause) -> None:
        super().show_clause(clause)
        self._subject.label.setText(self.tr("Account at {0}").format(source_name(clause.source)))
        self.rule.choose(clause.counting.rule)
        self.review.setValue(clause.counting.review_after_days)
        self.minimum.choose(clause.counting.minimum)
        self.account.setText(clause.subject)
        self._follow()

    def read(self, clause: Clause) -> Clause:
        hardest = self.minimum.currentData()
        return replace(
            super().read(clause),
            counting=Counting(
                CountingRule(self.rule.currentData()), Difficulty(hardest) if hardest else None, self.review.value()
            ),
            subject=self.account.text().strip(),
        )

    def say_of_name(self, message: str, *, good: bool) -> None:
        self.try_name.set_busy(False, self.tr("Test name"))
        if good:
            self._subject.set_trouble("")
            self._subject.set_hint(message)
        else:
            self._subject.set_trouble(message)

    @property
    def is_trying(self) -> bool:
        return not self.try_name.isEnabled()

    def _with_button(self, line: QLineEdit) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(line)
        row.addWidget(self.try_name)
        holder.setFocusProxy(line)
        line.setAccessibleName(self.tr("Account name"))
        return holder

    def _ask_name(self) -> None:
        self.try_name.set_busy(True, self.tr("Asking"))
        self.name_asked.emit(self._clause.source, self.account.text().strip())

    def _follow(self) -> None:
        self._review_field.setVisible(self.rule.currentData() == CountingRule.REVIEW)

    def _name_changed(self) -> None:
        self._subject.set_hint("")
        self._changed()

    def _changed(self) -> None:
        self._follow()
        super()._changed()


class OutreachForm(ClauseForm):
    """Outreach: how many messages, proved by logged proofs alone or by sent mail as well, and which mails count."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ClauseKind.OUTREACH, parent)
        self._mailboxes: tuple[str, ...] = ()

    def fill(self) -> Iterator[None]:
        self.proof = Choice(width=420)
        self.words = WordsField()
        self.connect_mailbox = Button(self.tr("Connect a mailbox"), small=True)
        self.connect_mailbox.clicked.connect(self.mailbox_wanted)
        self._none = QWidget()
        none = QHBoxLayout(self._none)
        none.setContentsMargins(0, 0, 0, 0)
        none.setSpacing(14)
        told = self.tr("No mailbox is connected. With one, mails that you really sent count without being logged.")
        none.addWidget(Text(told, Role.SMALL12, Tone.DIM, wrap=True), 1)
        none.addWidget(self.connect_mailbox)
        yield
        self._words_field = Field(
            self.tr("Words that count in a mail's subject"),
            self.words,
            self.tr("A mail counts if its subject holds one of them as a whole word."),
        )
        self.fields |= {
            "outreach.subject": Field(self.tr("Proved by"), self.proof),
            "outreach.words": self._words_field,
        }
        self.row(self.fields["outreach.target"], Field(self.tr("Owed"), self.quota), self.fields["outreach.weekdays"])
        self.row(self.fields["outreach.subject"], self.fields["outreach.weight"])
        self._rows.addWidget(self._none)
        self._rows.addWidget(self._words_field)
        self.proof.currentIndexChanged.connect(self._changed)
        self.words.changed.connect(self._words_changed)
        yield

    def field_stops(self) -> list[QWidget]:
        proof = [self.connect_mailbox] if self._none.isVisibleTo(self) else []
        words = self.words.stops() if self._words_field.isVisibleTo(self) else []
        return [self.target, self.quota, *self.weekdays.days, self.proof, self.weight, *proof, *words]

    def set_mailboxes(self, addresses: Sequence[str]) -> None:
        chosen = self.proof.currentData()
        self._mailboxes = tuple(addresses)
        self._offer_mailboxes(chosen if isinstance(chosen, str) else "")

    def show_clause(self, clause: Clause) -> None:
        super().show_clause(clause)
        self._offer_mailboxes(clause.subject if clause.source == SENT_MAIL else "")
        # The words stay ready for the day on which a mailbox is chosen.
        self.words.choose(clause.words if clause.source == SENT_MAIL else USUAL_WORDS)
        self._follow()

    def read(self, clause: Clause) -> Clause:
        address = str(self.proof.currentData() or "")
        if not address:
            return replace(super().read(clause), source=PROOFS, subject="", words=self._kept(clause))
        return replace(super().read(clause), source=SENT_MAIL, subject=address, words=self.words.words())

    @staticmethod
    def _kept(clause: Clause) -> frozenset[str]:
        """Without sent mail no word counts; what a contract says all the same stays, so that nothing seems edited."""
        return clause.words if clause.source == PROOFS else frozenset()

    def _offer_mailboxes(self, chosen: str) -> None:
        with QSignalBlocker(self.proof):
            self.proof.clear()
            self.proof.addItem(self.tr("proofs logged here only"), "")
            for address in self._mailboxes:
                self.proof.addItem(self.tr("proofs and mail sent from {0}").format(address), address)
            if chosen and chosen not in self._mailboxes:
                self.proof.addItem(self.tr("proofs and mail sent from {0} (not connected)").format(chosen), chosen)
            self.proof.choose(chosen)
        self._follow()

    def _follow(self) -> None:
        self._words_field.setVisible(bool(self.proof.currentData()))
        self._none.setVisible(not self._mailboxes and not self.proof.currentData())

    def _words_changed(self) -> None:
        self.came_or_went.emit()
        self._changed()

    def _changed(self) -> None:
        if self.sender() is self.proof:
            self._follow()
            self.came_or_went.emit()
        super()._changed()


class MocksForm(ClauseForm):
    """Mock interviews: how many stand booked for the coming seven days, every day anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ClauseKind.MOCKS, parent)

    def fill(self) -> Iterator[None]:
        self.row(*(self.fields[f"mocks.{name}"] for name in ("target", "weekdays", "weight")))
        told = self.tr("Looked at each day: so many have to stand in the calendar for the seven days from then on.")
        self._rows.addWidget(Text(told, Role.SMALL12, Tone.DIM, wrap=True))
        self.quota.hide()
        yield

    def target_label(self) -> str:
        return self.tr("Booked ahead")

    def field_stops(self) -> list[QWidget]:
        return [self.target, *self.weekdays.days, self.weight]


CLAUSE_FORMS: Mapping[ClauseKind, Callable[[], ClauseForm]] = {
    ClauseKind.LEETCODE: LeetCodeForm,
    ClauseKind.OUTREACH: OutreachForm,
    ClauseKind.MOCKS: MocksForm,
}
"""The block of each kind that can be judged, in the order they stand in."""
