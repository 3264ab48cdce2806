"""The card of the outreach: how many are proved today, by what, whom to write to next, and the button that logs one.

Count and state come with the record of today, so that they stand at once; the proofs, the mails and the follow-ups are
asked for when the engine is there.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exitzero.core.today import ClauseView, Today
from exitzero.core.words import ClauseState, Quota
from exitzero.ui import format as words
from exitzero.ui.pages.cockpit_card import ClauseCard, Fact
from exitzero.ui.theme import Tone
from exitzero.ui.widgets.card import Button, Kind

if TYPE_CHECKING:
    from exitzero.ui.link import Link
    from exitzero.work.outreach.views import OutreachToday

_NAMES = 3
_KINDS = {"link": "link", "mail": "mail", "picture": "screenshot"}


class OutreachCard(ClauseCard):
    """The outreach clause of today with its proofs and what is due."""

    def __init__(self, clause: ClauseView, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(clause, parent)
        self._link = link
        self._told: OutreachToday | None = None
        self.last = Fact(self.tr("Last proved"))
        self.due = Fact(self.tr("Follow-ups"))
        self.log = Button(self.tr("Log an outreach"), Kind.PLAIN)
        self.log.setObjectName("log-outreach")
        self.log.setCursor(Qt.CursorShape.ArrowCursor)
        self.log.setToolTip(self.tr("Prove one by a link to the message, the mail itself, or a screenshot"))
        self.log.clicked.connect(self._log)
        facts = QVBoxLayout()
        facts.setContentsMargins(0, 2, 0, 0)
        facts.setSpacing(4)
        for fact in (self.last, self.due):
            fact.set_text("…", "", Tone.DIM)
            facts.addWidget(fact)
        facts.addStretch(1)
        self._columns.addLayout(facts, 6)
        self.check.hide()
        self.add_footer(self.origin, self.why, self.log)

    def ask(self) -> None:
        """Ask for the proofs of today and what is due."""
        self._link.ask(lambda questions: questions.outreach.today(), self.take)

    def take(self, told: OutreachToday) -> None:
        """Show what proved the count, and what is due."""
        self._told = told
        if self._today is not None and self._now is not None:
            self.show_clause(self._today, self._now)

    def unit(self, clause: ClauseView) -> str:
        return self.tr("proven this week") if clause.quota is Quota.WEEKLY else self.tr("proven today")

    def told(self, clause: ClauseView) -> str:
        told = self._told
        if clause.state is ClauseState.UNKNOWN or told is None:
            return clause.words
        proofs = words.plural(len(told.proofs), self.tr("{0} proof"), self.tr("{0} proofs"))
        mails = words.plural(len(told.mails), self.tr("{0} mail"), self.tr("{0} mails"))
        parts = [part for count, part in ((len(told.proofs), proofs), (len(told.mails), mails)) if count]
        gap = clause.target - clause.count
        if gap > 0:
            parts.append(self.tr("{0} to go").format(gap) if clause.count else self.tr("nothing proved yet"))
        text = ", ".join(parts)
        return f"{text[:1].upper()}{text[1:]}." if text else clause.words

    def show_facts(self, today: Today, now: datetime) -> None:
        told = self._told
        if told is None:
            return
        newest = [
            (proof.at, proof.target_name or proof.shown, _KINDS.get(proof.kind, proof.kind)) for proof in told.proofs
        ]
        newest += [(mail.at, mail.target_name or mail.to, self.tr("mail")) for mail in told.mails]
        if newest:
            at, name, kind = max(newest, key=lambda each: each[0])
            self.last.set_text(name, f"{words.clock(at, today.zone)} · {kind}")
        else:
            self.last.set_text(self.tr("none today"), "", Tone.DIM)
        if told.due:
            names = ", ".join(target.name for target in told.due[:_NAMES])
            count = words.plural(len(told.due), self.tr("{0} due"), self.tr("{0} due"))
            self.due.set_text(count, names, Tone.WARN)
        else:
            self.due.set_text(self.tr("none due"), "", Tone.DIM)

    def show_origin(self) -> None:
        clause = self.clause
        if clause is not None and clause.source != "sent_mail":
            self.origin.set_text(self.tr("by proofs logged here"), Tone.DIM)
            return
        super().show_origin()

    def _log(self) -> None:
        self.navigate.emit("outreach", "log")
