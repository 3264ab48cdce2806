"""A target's page: who it is, how the two stand, everything that ever happened between them, and what to do next.

Long, because each card of the page hands its deeds to the one place that knows which target is shown.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.errors import ExitZeroError
from exitzero.ui import format as words
from exitzero.ui.link import Link
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.pages.fields import Choice
from exitzero.ui.pages.layout import Flow, Line, columned, scrolled
from exitzero.ui.pages.outreach_base import OutreachPage
from exitzero.ui.pages.outreach_pane import emptied, today_of
from exitzero.ui.pages.outreach_sheet import plain
from exitzero.ui.pages.target_facts import FactsCard, FollowUpCard, NotesCard
from exitzero.ui.pages.wording import own_zone
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Banner, Button, Card, Chip, EmptyState, Kind, Text
from exitzero.ui.widgets.timeline import Moment, Timeline
from exitzero.work.outreach.views import STAGES, EventView, ReplyView, TargetEdit, TargetPage, TargetView

_NARROW = 960
_SIGNS = {"proof": State.SAFE, "mail": State.SAFE, "reply": State.SAFE, "added": None}


class TargetScreen(OutreachPage):
    """Opens a target by its number."""

    keys = (
        ("L", "Log an outreach"),
        ("E", "Change the target"),
        ("N", "Write into the history"),
        ("B", "Back to the board"),
        ("Z", "Undo"),
        ("Ctrl+Y", "Do it again"),
    )

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.setObjectName("target-page")
        self.number = 0
        self.page: TargetPage | None = None
        self._shown = 0
        self._offered = 0

    def _parts(self) -> Iterator[None]:
        _area, column = scrolled(self.ground)
        column.addWidget(self._head())
        self.banner = Banner()
        self.banner.activated.connect(self._banner_pressed)
        column.addWidget(self.banner)
        self.gone = EmptyState(
            self.tr("This target is not there"),
            self.tr("It was deleted, or never was. What it proved still counts."),
            self.tr("Back to the board"),
            icon="outreach",
        )
        self.gone.activated.connect(self._back)
        self.gone.hide()
        column.addWidget(self.gone)
        yield
        self.columns, (left, right) = columned(900, 5, 7)
        column.addWidget(self.columns)
        column.addStretch(1)
        self.follow_up = FollowUpCard()
        self.follow_up.day_wanted.connect(self._set_day)
        self.follow_up.snooze_wanted.connect(self._snooze)
        self.follow_up.cadence_wanted.connect(self._set_cadence)
        left.addWidget(self.follow_up)
        yield
        self.facts = FactsCard()
        self.facts.link_wanted.connect(self._open_link)
        self.facts.company_wanted.connect(self._go_to)
        self.facts.change_wanted.connect(self.change)
        left.addWidget(self.facts)
        yield
        self.notes = NotesCard()
        self.notes.kept.connect(self._keep_notes)
        left.addWidget(self.notes)
        left.addStretch(1)
        yield
        self.replies = Card(self.tr("Replies seen"))
        self._replies = QVBoxLayout()
        self.replies.body.addLayout(self._replies)
        right.addWidget(self.replies)
        self.people = Card(self.tr("People"))
        self._people = QVBoxLayout()
        self._people.setSpacing(0)
        self.people.body.addLayout(self._people)
        right.addWidget(self.people)
        yield
        self.history = Card(self.tr("History"))
        self.note_line = QLineEdit()
        self.note_line.setPlaceholderText(self.tr("Write a line into the history, Enter keeps it"))
        self.note_line.setAccessibleName(self.tr("A line for the history"))
        self.note_line.returnPressed.connect(self._write_note)
        self.timeline = Timeline(self.tr("Nothing happened yet."))
        self.timeline.picture_wanted.connect(self._ask_picture)
        self.history.body.addWidget(self.note_line)
        self.history.body.addWidget(self.timeline)
        right.addWidget(self.history)
        right.addStretch(1)
        yield
        self.make_sheets()
        for keys, deed in (("L", self._log), ("E", self.change), ("N", self._write_first), ("B", self._back)):
            self.bind_key(QKeySequence(keys), deed)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WindowShortcut)
        leave.activated.connect(self._escape)

    def open(self, target: object) -> None:
        if not isinstance(target, int):
            return
        self.notes.keep()
        self.number = target
        self.banner.clear()
        self.refresh_when_seen()

    def refresh(self) -> None:
        number = self.number
        self.ask_today()
        self.link.ask(lambda questions: (number, questions.outreach.target(number)), self._show, self._failed)

    def change(self) -> None:
        """Change the target by its form."""
        if self.page is not None:
            self.notes.keep()
            self.open_change(edit_of(self.page, self.notes.box.toPlainText()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.is_grown:
            self._fit_head()

    # The head

    def _fit_head(self) -> None:
        # The name goes before what the history says as well.
        self.contact.setVisible(self.page is not None and self.width() >= _NARROW)

    def _head(self) -> QWidget:
        card = Card("")
        self.back = Button(self.tr("← Board"), small=True)
        self.back.setToolTip(self.tr("Back to the board  Esc"))
        self.back.clicked.connect(self._back)
        self.name = Text("", Role.TITLE)
        self.what = Text("", Role.BODY14, Tone.DIM)
        self.contact = Chip(State.REST, "")
        for label in (self.name, self.what):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.stage = Choice([(told.stage_title(stage), stage) for stage in STAGES], 190)
        self.stage.setAccessibleName(self.tr("Stage"))
        self.stage.activated.connect(self._stage_chosen)
        self.log_button = Button(self.tr("Log outreach"), Kind.PRIMARY)
        self.log_button.setToolTip(self.tr("Log outreach  L"))
        self.log_button.clicked.connect(self._log)
        self.more = Button("", icon="more")
        self.more.setAccessibleName(self.tr("More"))
        self.more.clicked.connect(self._more)
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(self.name)
        names.addWidget(self.what)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(names, 1)
        row.addWidget(self.contact)
        row.addWidget(self.stage)
        row.addWidget(self.log_button)
        row.addWidget(self.more)
        card.body.addLayout(row)
        return card

    def _more(self) -> None:
        page = self.page
        if page is None:
            return
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self.tr("Change"), self.change)
        menu.addAction(self.tr("Book a mock interview for it"), self._book_mock)
        menu.addSeparator()
        archived = page.target.archived
        menu.addAction(self.tr("Bring back") if archived else self.tr("Archive"), self._archive)
        menu.addAction(self.tr("Delete"), self._delete)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 2)))

    # Showing

    def _show(self, answer: tuple[int, TargetPage | None]) -> None:
        number, page = answer
        if number != self.number:
            return
        self.fill(self._filling(page))

    def _filling(self, page: TargetPage | None) -> Iterator[None]:
        self.page = page
        self.gone.setVisible(page is None)
        self.columns.setVisible(page is not None)
        for widget in (self.stage, self.log_button, self.more):
            widget.setVisible(page is not None)
        self._fit_head()
        if page is None:
            self.name.setText(self.tr("Not there"))
            self.what.setText("")
            return
        anew = self._shown != page.target.id
        self._shown = page.target.id
        target, now, zone = page.target, self.link.now(), own_zone(self.link)
        # With the name: what is typed must never stand below somebody else's.
        self.notes.show_notes(page.notes, anew=anew)
        self.name.setText(target.name)
        self.name.setToolTip(target.name)
        self.what.setText(told.role_line(target) or told.kind_title(target.kind))
        contact, _tone, state = told.contact_words(target, now, zone)
        self.contact.set_state(state or State.REST, contact)
        self.stage.choose(target.stage)
        if target.archived:
            self.banner.show_message(
                Tone.INFO, self.tr("Archived"), self.tr("It is not on the board."), action=self.tr("Bring back")
            )
        yield
        self.follow_up.show_page(page, today_of(self.link))
        self.facts.show_page(page, words.when(target.created_at, now, zone))
        yield
        self._show_replies(page.replies)
        self._show_people(page.people, company=target.kind == "company")
        yield
        self.timeline.show_moments([self._moment(event) for event in page.history])
        self.history.set_note(str(len(page.history)))

    def _failed(self, error: Exception) -> bool:
        title, advice = told.said(error, self.tr("The target cannot be read"))
        self.banner.show_message(Tone.BAD, title, advice, action=self.tr("Try again"), dismissable=False)
        self.fill(())
        return isinstance(error, ExitZeroError)

    def _moment(self, event: EventView) -> Moment:
        kind = told.tr(told.EVENT_TITLES.get(event.kind, event.kind))
        said = event.words.removeprefix(f"{kind}: ")
        return Moment(
            kind=kind,
            when=words.when(event.at, self.link.now(), own_zone(self.link)),
            words="" if said.rstrip(".") == kind else said,
            detail=event.detail,
            state=_SIGNS.get(event.kind),
            mark=self.tr("weak") if event.weak else "",
            picture=event.proof if event.picture and event.kind == "proof" else "",
        )

    def _ask_picture(self, key: str) -> None:
        self.link.run(lambda errands: (key, errands.proofs.thumbnail(key, 320)), self._picture_came, self._no_picture)

    def _picture_came(self, answer: tuple[str, bytes]) -> None:
        self.timeline.show_picture(*answer)

    def _no_picture(self, error: Exception) -> bool:
        # Gone from the disk: its line says what it was all the same.
        return isinstance(error, ExitZeroError)

    def _show_replies(self, replies: Sequence[ReplyView]) -> None:
        self.replies.setVisible(bool(replies))
        emptied(self._replies)
        for reply in replies:
            at = words.when(reply.at, self.link.now(), own_zone(self.link))
            self._replies.addWidget(plain(f"{at} · {reply.sender}: {reply.subject}", Tone.PLAIN))
            yes = Button(self.tr("Move to Replied"), Kind.PRIMARY, small=True)
            yes.clicked.connect(partial(self._answer, reply, True))
            no = Button(self.tr("Leave it"), small=True)
            no.clicked.connect(partial(self._answer, reply, False))
            holder = QWidget()
            flow = Flow(holder, spacing=6)
            flow.addWidget(yes)
            flow.addWidget(no)
            self._replies.addWidget(holder)

    def _show_people(self, people: Sequence[TargetView], *, company: bool) -> None:
        self.people.setVisible(company)
        emptied(self._people)
        self.people.set_note(str(len(people)) if people else "")
        for at, person in enumerate(people):
            if at:
                self._people.addWidget(Line())
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 6, 0, 6)
            line.setSpacing(10)
            name = Button(person.name, Kind.QUIET, small=True)
            name.clicked.connect(partial(self._go_to, person.id))
            line.addWidget(name)
            line.addWidget(plain(person.role), 1)
            line.addWidget(Text(told.stage_title(person.stage), Role.SMALL12, Tone.DIM))
            if person.due:
                line.addWidget(Chip(State.AT_RISK, told.due_words(person, today_of(self.link))))
            self._people.addWidget(row)
        add = Button(self.tr("Add a person there"), icon="plus", small=True)
        add.clicked.connect(self._add_person)
        holder = QWidget()
        flow = Flow(holder)
        flow.addWidget(add)
        if not people:
            self._people.addWidget(plain(self.tr("Nobody of this company is here yet.")))
        self._people.addWidget(holder)

    # Doing

    def _log(self) -> None:
        self.open_log(self.page.target if self.page is not None else None)

    def _write_first(self) -> None:
        self.note_line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _back(self) -> None:
        self.notes.keep()
        self.navigate.emit("outreach", None)

    def _escape(self) -> None:
        # A key of the page comes before the sheet above it hears of it.
        for sheet in self.sheets:
            if sheet.is_open:
                sheet.close_sheet()
                return
        self._back()

    def _go_to(self, number: int) -> None:
        self.navigate.emit("target", number)

    def _add_person(self) -> None:
        if self.page is not None:
            self.open_add()
            self.add.form.show_edit(TargetEdit(name="", company=self.page.target.name))
            self.add.tabs.turn_to("form")

    def _stage_chosen(self) -> None:
        page = self.page
        stage = str(self.stage.currentData())
        if page is None or stage == page.target.stage:
            return
        number, name = page.target.id, page.target.name
        done = self.tr("{0} is in {1} now").format(name, told.stage_title(stage))
        self.done(lambda actions: actions.outreach.move(number, stage, None), done)
        if stage == "interview":
            self._offered = number
            self.banner.show_message(
                Tone.INFO,
                self.tr("An interview is scheduled. Book a mock before it?"),
                self.tr("The form opens with {0} filled in.").format(name),
                action=self.tr("Book a mock"),
            )

    def _banner_pressed(self) -> None:
        if self._offered == self.number and self.page is not None:
            self._offered = 0
            self._book_mock()
        elif self.page is not None and self.page.target.archived:
            self._archive()
        else:
            self.refresh()

    def _book_mock(self) -> None:
        self.banner.clear()
        self.navigate.emit("calendar", ("new", self.number))

    def _set_day(self, day: Any) -> None:
        number, name = self.number, self.name.text()
        done = self.tr("{0}: next contact on {1}").format(name, words.day_text(day)) if day else ""
        done = done or self.tr("{0}: no follow-up any more").format(name)
        self.done(lambda actions: actions.outreach.set_follow_up(number, day), done)

    def _snooze(self, days: int, title: str) -> None:
        number = self.number
        done = self.tr("{0}: follow up in {1}").format(self.name.text(), title)
        self.done(lambda actions: actions.outreach.snooze(number, days), done)

    def _set_cadence(self, days: Any) -> None:
        number = self.number
        self.done(
            lambda actions: actions.outreach.set_cadence(number, days),
            self.tr("{0}: days between follow-ups changed").format(self.name.text()),
        )

    def _keep_notes(self, text: str) -> None:
        number = self.number
        self.link.do(lambda actions: actions.outreach.set_notes(number, text), self._notes_kept, self._not_undone)

    def _notes_kept(self, _nothing: object) -> None:
        self.notes.say_kept()

    def _write_note(self) -> None:
        number, text = self.number, self.note_line.text().strip()
        if text:
            self.link.do(lambda actions: actions.outreach.note(number, text), self._note_written, self._not_undone)

    def _note_written(self, _nothing: object) -> None:
        self.note_line.clear()

    def _answer(self, reply: ReplyView, move: bool) -> None:
        done = self.tr("{0} replied").format(reply.target_name) if move else ""
        self.done(lambda actions: actions.outreach.reply(reply.message_id, move), done)

    def _archive(self) -> None:
        page = self.page
        if page is not None:
            number, archived = page.target.id, page.target.archived
            done = (self.tr("{0} is back") if archived else self.tr("{0} is archived")).format(page.target.name)
            self.banner.clear()
            self.done(lambda actions: actions.outreach.archive(number, not archived), done)

    def _delete(self) -> None:
        page = self.page
        if page is not None:
            number = page.target.id
            done = self.tr("{0} is deleted").format(page.target.name)
            self.done(lambda actions: actions.outreach.delete(number), done)

    def _open_link(self, link: str) -> None:
        self.link.run(lambda _errands: _opened(link), self._link_opened, self._not_undone)

    def _link_opened(self, link: str) -> None:
        if link:
            self.say(self.tr("No browser could be opened: {0}").format(link), Tone.WARN)


def edit_of(page: TargetPage, notes: str) -> TargetEdit:
    """A target as its form."""
    target = page.target
    return TargetEdit(
        name=target.name,
        kind=target.kind,
        id=target.id,
        company=target.company if target.kind == "person" else "",
        role=target.role,
        stage=target.stage,
        platform=target.platform,
        link=target.link,
        links=tuple(link for link in page.links if link != target.link),
        email=target.email,
        tags=target.tags,
        notes=notes,
        source=target.source,
        fields=dict(target.fields),
        follow_up=target.follow_up,
        cadence=page.cadence,
    )


def _opened(link: str) -> str:
    """The link, if no browser took it."""
    from exitzero.desktop.browser import open_url

    return "" if open_url(link) else link
