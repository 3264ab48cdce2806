"""What today asks for: who is due, which replies to answer for, which mails belong to whom, what counts so far."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.errors import ExitZeroError
from exitzero.ui import format as words
from exitzero.ui.link import Link
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.pages.layout import Flow, Line, columned, scrolled
from exitzero.ui.pages.outreach_pane import SNOOZES, Pane, emptied
from exitzero.ui.pages.outreach_picker import TargetPicker
from exitzero.ui.pages.outreach_sheet import plain
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Banner, Button, Card, Chip, Kind, Text
from exitzero.work.outreach.views import MailView, OutreachToday, ProofView, ReplyView, TargetView

_MOST_DUE = 40
_INLINE_WIDE = 320
_INLINE = 4
PROOF_KINDS = {"link": "Link", "mail": "Mail", "picture": "Screenshot"}


class TodayPane(Pane):
    """The day in four lists."""

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self._shown: OutreachToday | None = None
        ground = QWidget(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ground)
        _area, column = scrolled(ground)
        column.setContentsMargins(0, 10, 0, 10)
        self.trouble = Banner()
        self.trouble.activated.connect(self.refresh)
        column.addWidget(self.trouble)
        columns, (left, right) = columned(860, 6, 5)
        column.addWidget(columns)
        column.addStretch(1)
        self.due, self._due = _card(self.tr("Follow-ups due"))
        self.replies, self._replies = _card(self.tr("Replies seen"))
        self.mails, self._mails = _card(self.tr("Sent mail of today"))
        self.proofs, self._proofs = _card(self.tr("Proved today"))
        left.addWidget(self.due)
        left.addStretch(1)
        for card in (self.replies, self.mails, self.proofs):
            right.addWidget(card)
        right.addStretch(1)

    def refresh(self) -> None:
        self.link.ask(lambda questions: questions.outreach.today(), self._show, self._failed)

    def forget(self) -> None:
        self._shown = None

    def _failed(self, error: Exception) -> bool:
        title, advice = told.said(error, self.tr("Today cannot be read"))
        self.trouble.show_message(Tone.BAD, title, advice, action=self.tr("Try again"), dismissable=False)
        return isinstance(error, ExitZeroError)

    def _show(self, today: OutreachToday) -> None:
        self.trouble.clear()
        if today == self._shown:
            return
        self._shown = today
        self._show_due(today.due)
        self.replies.setVisible(bool(today.replies))
        _fill(self._replies, [self._reply(reply) for reply in today.replies], "")
        self._show_mails(today)
        self.proofs.set_note(str(len(today.proofs)) if today.proofs else "")
        _fill(
            self._proofs,
            [self._proof(proof) for proof in today.proofs],
            self.tr("No proof was logged today; the mails above count without one.")
            if today.mails
            else self.tr("Nothing is proved yet today. Log an outreach with L: a link to the message, a mail's "
                         "subject, or a screenshot."),
        )  # fmt: skip

    def _show_due(self, due: Sequence[TargetView]) -> None:
        self.due.set_note(str(len(due)) if due else "")
        rows = [self._due_row(target) for target in due[:_MOST_DUE]]
        if len(due) > _MOST_DUE:
            more = self.tr("and {0} more: choose Due in the table").format(len(due) - _MOST_DUE)
            rows.append(plain(more))
        _fill(
            self._due,
            rows,
            self.tr("Nobody is due. After each proved contact the next one is set by itself: 3, 7, then 14 days."),
        )

    def _due_row(self, target: TargetView) -> QWidget:
        log = Button(self.tr("Log"), small=True)
        log.setAccessibleName(self.tr("Log an outreach to {0}").format(target.name))
        log.clicked.connect(partial(self.log_wanted.emit, target))
        later = Button(self.tr("Snooze"), small=True)
        later.setAccessibleName(self.tr("Snooze {0}").format(target.name))
        later.clicked.connect(partial(self._snooze_menu, target, later))
        contact, _tone, _state = told.contact_words(target, self.link.now(), self.zone)
        line = " · ".join(part for part in (told.role_line(target), contact) if part)
        due = Chip(State.AT_RISK, told.due_words(target, self.today))
        return self._row(target.name, line, (due, log, later), target.id)

    def _snooze_menu(self, target: TargetView, button: Button) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for title, days in SNOOZES:
            menu.addAction(self.tr(title), partial(self.snooze, target, days, title))
        none = partial(self._no_follow_up, target)
        menu.addSeparator()
        menu.addAction(self.tr("No follow-up"), none)
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))

    def _no_follow_up(self, target: TargetView) -> None:
        done = self.tr("{0}: no follow-up any more").format(target.name)
        self.do(lambda actions: actions.outreach.set_follow_up(target.id, None), done)

    def _reply(self, reply: ReplyView) -> QWidget:
        yes = Button(self.tr("Move to Replied"), Kind.PRIMARY, small=True)
        yes.clicked.connect(partial(self._answer, reply, True))
        no = Button(self.tr("Leave it"), small=True)
        no.clicked.connect(partial(self._answer, reply, False))
        at = words.when(reply.at, self.link.now(), self.zone)
        line = self.tr("{0}, {1}: {2}").format(reply.sender, at, reply.subject)
        return self._row(reply.target_name, line, (yes, no), reply.target)

    def _answer(self, reply: ReplyView, move: bool) -> None:
        done = self.tr("{0} replied").format(reply.target_name) if move else ""
        self.do(lambda actions: actions.outreach.reply(reply.message_id, move), done)

    def _show_mails(self, today: OutreachToday) -> None:
        rows: list[QWidget] = []
        if today.mailbox_trouble:
            rows.append(plain(f"◆ {today.mailbox_trouble}", Tone.UNKNOWN))
        rows += [self._mail(mail) for mail in today.mails]
        self.mails.set_note(today.mailbox)
        without = self.tr(
            "The contract reads no mailbox today. Connect one under Mailbox and choose it in the contract; its mails "
            "count by themselves from the day after."
        )
        empty = self.tr("No mail of today counts yet.") if today.mailbox else without
        _fill(self._mails, rows, empty)

    def _mail(self, mail: MailView) -> QWidget:
        at = words.clock(mail.at, self.zone)
        line = self.tr("{0} to {1}").format(at, mail.to)
        if mail.target is not None:
            return self._row(
                mail.subject, f"{line} · {mail.target_name}", (Chip(State.SAFE, self.tr("counts")),), mail.target
            )
        deeds: list[QWidget] = []
        if mail.suggested is not None:
            take = Button(self.tr("It is {0}").format(mail.suggested_name), Kind.PRIMARY, small=True)
            take.setToolTip(mail.reason)
            take.clicked.connect(partial(self._link_mail, mail, mail.suggested, mail.suggested_name))
            deeds.append(take)
        other = Button(self.tr("Choose"), small=True)
        make = Button(self.tr("New target"), small=True)
        leave = Button(self.tr("Leave"), Kind.QUIET, small=True)
        make.clicked.connect(partial(self._make_target, mail))
        leave.clicked.connect(partial(self._link_mail, mail, None, ""))
        deeds += [other, make, leave]
        row = self._row(mail.subject, line, deeds, 0)
        picker = TargetPicker(self.link, can_make=False)
        picker.hide()
        picker.chosen.connect(partial(self._picked, mail))
        other.clicked.connect(partial(_begin_picking, picker))
        layout = row.layout()
        if isinstance(layout, QVBoxLayout):
            layout.addWidget(picker)
        return row

    def _picked(self, mail: MailView, target: int) -> None:
        if target:
            self._link_mail(mail, target, "")

    def _link_mail(self, mail: MailView, target: int | None, name: str) -> None:
        done = self.tr("The mail belongs to {0}").format(name) if name else self.tr("The mail is sorted")
        self.do(lambda actions: actions.outreach.link_mail(mail.message_id, target), done)

    def _make_target(self, mail: MailView) -> None:
        done = self.tr("Target made of {0}").format(mail.to)
        self.do(lambda actions: actions.outreach.create_target_from_mail(mail.message_id), done)

    def _proof(self, proof: ProofView) -> QWidget:
        deeds: list[QWidget] = []
        if proof.weak:
            deeds.append(Chip(State.AT_RISK, self.tr("weak")))
        if proof.withdrawable:
            back = Button(self.tr("Take back"), Kind.QUIET, small=True)
            back.setAccessibleName(self.tr("Take back the proof for {0}").format(proof.target_name))
            back.clicked.connect(partial(self._withdraw, proof))
            deeds.append(back)
        kind = told.tr(PROOF_KINDS.get(proof.kind, proof.kind))
        # What a screenshot is called begins with that word already.
        what = proof.shown if proof.shown.startswith(kind) else f"{kind} · {proof.shown}"
        line = f"{words.clock(proof.at, self.zone)} · {what}"
        return self._row(proof.target_name, line, deeds, proof.target or 0)

    def _withdraw(self, proof: ProofView) -> None:
        done = self.tr("The proof for {0} does not count any more").format(proof.target_name)
        self.link.do(lambda actions: (actions.outreach.withdraw(proof.key), done)[1], self._withdrawn, self._not_done)

    def _withdrawn(self, done: str) -> None:
        # The journal keeps it for good: nothing that could be undone, only logged again.
        self.said.emit(done, Tone.GOOD, False)

    def _row(self, title: str, line: str, deeds: Sequence[QWidget], target: int) -> QWidget:
        """Two lines: the name with its sign at the right, then the rest with what can be done."""
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 7, 0, 7)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        name = Text(title, Role.STRONG14)
        name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        name.setToolTip(title)
        head.addWidget(name, 1)
        buttons = list(deeds)
        if target:
            opens = Button(self.tr("Open"), Kind.QUIET, small=True)
            opens.setAccessibleName(self.tr("Open {0}").format(title))
            opens.clicked.connect(partial(self.opened.emit, target))
            buttons.append(opens)
        column.addLayout(head)
        if len(buttons) <= _INLINE and sum(button.sizeHint().width() for button in buttons) <= _INLINE_WIDE:
            foot = QHBoxLayout()
            foot.setSpacing(6)
            foot.addWidget(plain(line), 1)
            for deed in buttons:
                (head if isinstance(deed, Chip) else foot).addWidget(deed)
            column.addLayout(foot)
        else:
            column.addWidget(plain(line))
            flowing = QWidget()
            flow = Flow(flowing, spacing=6)
            for deed in buttons:
                flow.addWidget(deed)
            column.addWidget(flowing)
        holder.setAccessibleName(f"{title}, {line}")
        return holder


def _begin_picking(picker: TargetPicker) -> None:
    picker.show()
    picker.line.setFocus(Qt.FocusReason.OtherFocusReason)


def _card(title: str) -> tuple[Card, QVBoxLayout]:
    card = Card(title)
    rows = QVBoxLayout()
    rows.setSpacing(0)
    card.body.addLayout(rows)
    rows.addWidget(plain(told.tr("Reading…")))
    return card, rows


def _fill(layout: QVBoxLayout, rows: Sequence[QWidget], empty: str) -> None:
    emptied(layout)
    for at, row in enumerate(rows):
        if at:
            layout.addWidget(Line())
        layout.addWidget(row)
    if not rows and empty:
        layout.addWidget(plain(empty))
