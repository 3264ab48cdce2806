"""The contract: what is owed, edited so that nobody is surprised by when a change holds.

Every edit is answered at once with what it would change and from which day; adopting is a step of its own.

Past 400 lines, because form, preview, confirmation and what is agreed answer each other; the form is a file of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from exitzero.core import contract as rules
from exitzero.core.contract import ContractVersion, Direction, Terms
from exitzero.core.errors import BadInput, ExitZeroError, OutsideTrouble
from exitzero.core.today import SourceView
from exitzero.core.topics import Topic
from exitzero.desktop.reach import Finding, look_up
from exitzero.engine.views import BeeminderView, ChannelView, ContractPage, PreviewLine
from exitzero.ui.dialogs import ConfirmSheet
from exitzero.ui.format import day_text
from exitzero.ui.link import Link
from exitzero.ui.page import UnseenPage
from exitzero.ui.pages.contract_form import ContractForm
from exitzero.ui.pages.layout import Line, Pairs, columned, empty_layout, keyed, scrolled
from exitzero.ui.pages.lockdown_site_fields import read_list
from exitzero.ui.pages.wording import change_sign, stamp, terms_rows, when_text
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Banner, Button, Card, EmptyState, Kind, Text
from exitzero.work.outreach.views import MailboxView

_PAUSE_MS = 150
"""How long a person may go on typing before the preview is asked."""
_SHOWN_LINES = 5
_LINE_HEIGHT = 24
_WIDEST = 660
_LONGEST_LIST = 4_000_000


class ContractScreen(UnseenPage):
    """The page *Contract*: a form with a live preview, what is in force, what waits, and every version so far."""

    topics = frozenset({Topic.CONTRACT, Topic.DAY, Topic.CONSEQUENCES, Topic.OUTREACH})

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.setObjectName("contract-page")
        self.page: ContractPage | None = None
        self._base: Terms | None = None
        self._start_over = False
        self._broken = False
        self._lines: tuple[PreviewLine, ...] = ()
        self._told: Terms | None = None
        self._sought = ""

    def _parts(self) -> Iterator[None]:
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._ask_preview)
        near, aside, below = self._lay_out()
        self.banner.activated.connect(self.discard)
        yield
        self.form = ContractForm()
        near.addWidget(self.form)
        yield from self.form.parts()
        self.form.edited.connect(self._edited)
        self.form.name_asked.connect(self._try_name)
        self.form.connect_wanted.connect(self._open_stakes)
        self.form.mailbox_wanted.connect(self._open_mailboxes)
        self.form.lockdown.page_wanted.connect(self._open_lockdown)
        self.form.lockdown.resolve_wanted.connect(self._resolve)
        self.form.lockdown.read_wanted.connect(self._read_list)
        self.form.lockdown.import_wanted.connect(self._import_list)
        self.in_force = Card(self.tr("In force"))
        self.terms = Pairs(name_width=128)
        self.in_force.body.addWidget(self.terms)
        self.pending = _Waiting()
        self.history = _History()
        for card in (self.in_force, self.pending, self.history):
            aside.addWidget(card)
        aside.addStretch(1)
        yield
        self.preview = _Preview()
        below.addWidget(self.preview)
        self.preview.adopt.clicked.connect(self._ask_adopt)
        self.preview.discard.clicked.connect(self.discard)
        yield
        self.nothing = EmptyState("", "", self.tr("Make a contract"), icon="contract")
        self.nothing.activated.connect(self._nothing_pressed)
        self._stack.addWidget(self.nothing)
        yield
        self.sheet = ConfirmSheet(self)
        self.sheet.accepted.connect(self._adopt)

    @property
    def edited(self) -> bool:
        """Whether something stands in the form that is not agreed yet."""
        return self._base is not None and self.form.terms() != self._base

    def refresh(self) -> None:
        """Ask for the contract; what is typed stays."""
        self.link.ask(lambda q: q.contract(), self._show, self._failed)
        self.link.ask(lambda q: q.channels(), self._show_channels)
        self.link.ask(lambda q: q.outreach.mailboxes(), self._show_mailboxes)

    def visit(self) -> None:
        # Once a visit, not with each change of the day: it goes over the network.
        self.link.run(lambda e: e.connections.beeminder(), self._show_beeminder, self._no_beeminder)

    def _show_channels(self, views: tuple[ChannelView, ...]) -> None:
        self.form.set_channels(views)

    def _show_beeminder(self, view: BeeminderView) -> None:
        self.form.set_beeminder(view)

    def _no_beeminder(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        if known:
            self.form.set_beeminder(BeeminderView(connected=True, trouble=str(error)))
        return known

    def _open_mailboxes(self) -> None:
        self.navigate.emit("outreach", "mailbox")

    def _show_mailboxes(self, views: Sequence[MailboxView]) -> None:
        self.form.set_mailboxes([view.address for view in views])

    def _open_stakes(self) -> None:
        self.navigate.emit("stakes", None)

    def _open_lockdown(self) -> None:
        self.navigate.emit("lockdown", None)

    def open(self, target: object) -> None:
        """Bring a part of the form into sight by its key: ``lockdown``."""
        self._sought = str(target or "")
        if self.is_revealed:
            self._bring_sought()

    def _filled(self) -> None:
        super()._filled()
        QTimer.singleShot(0, self, self._bring_sought)

    def _bring_sought(self) -> None:
        if self._sought == "lockdown" and self.page is not None:
            self._sought = ""
            bar, place = self._area.verticalScrollBar(), self.form.lockdown.mapTo(self._area, QPoint(0, 0))
            bar.setValue(bar.value() + place.y() - 18)

    def _resolve(self, names: Sequence[str]) -> None:
        self.link.run(lambda _errands: look_up(names), self._resolved, self._not_resolved)

    def _resolved(self, findings: Sequence[Finding]) -> None:
        self.form.lockdown.show_found(findings)

    def _not_resolved(self, error: Exception) -> bool:
        self.form.lockdown.show_found(())
        return isinstance(error, ExitZeroError)

    def _read_list(self, path: str) -> None:
        self.link.run(lambda _errands: _text_of(path), self.form.lockdown.own.take_text, self._not_read)

    def _import_list(self, text: str) -> None:
        self.link.run(lambda _errands: read_list(text), self.form.lockdown.own.show_imported, self._not_read)

    def _not_read(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self.form.lockdown.own.forget_import()
        self.form.set_trouble("lockdown.sites", str(error) if known else self.tr("The file could not be read."))
        return known

    def discard(self) -> None:
        """Take the form back to what is agreed."""
        self.banner.clear()
        if self.page is not None:
            self._load(self.page)

    def _show(self, page: ContractPage | None) -> None:
        self.fill(self._filling(page))

    def _filling(self, page: ContractPage | None) -> Iterator[None]:
        self._broken = False
        if page is None:
            self._say(
                self.tr("No contract yet"),
                self.tr("The first contract opens the first day. It takes one clause or more, each with a target."),
                self.tr("Make a contract"),
            )
            return
        before, self.page = self._base, page
        self._stack.setCurrentIndex(0)
        if before is None:
            yield from self.form.loading(page.latest, page.today)
        if self._start_over or before is None or not self.edited:
            self._load(page)
        elif page.latest != before:
            self._merge(before, page)
        yield
        self.in_force.set_title(self.tr("In force: v{0}").format(page.current.number))
        self.in_force.set_note(self.tr("since {0}").format(day_text(page.current.effective, year=True)))
        self.terms.set_rows(terms_rows(page.current.terms, page.today))
        yield
        self.pending.show_page(page)
        self.history.show_page(page)

    def _failed(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        if self.page is None:
            self._broken = True
            self._say(self.tr("The contract cannot be read"), str(error) if known else "", self.tr("Try again"))
            self.fill(())
        return known

    def _say(self, title: str, words: str, button: str) -> None:
        self.nothing.set_words(title, words)
        self.nothing.button.setText(button)
        self.nothing.button.setAccessibleName(button)
        self._stack.setCurrentIndex(1)

    def _nothing_pressed(self) -> None:
        if self._broken:
            self.refresh()
        else:
            self.navigate.emit("first_run", None)

    def _load(self, page: ContractPage) -> None:
        self._start_over = False
        self._base = page.latest
        self.form.load(page.latest, page.today)
        self.preview.show_untouched()
        self._lines, self._told = (), None

    def _merge(self, before: Terms, page: ContractPage) -> None:
        """The contract changed under the form: keep what was typed, take over what was not touched."""
        typed = self.form.terms()
        touched = {change.key for change in rules.changes(before, typed)}
        kept = typed
        try:
            mine = [change for change in rules.changes(page.latest, typed) if change.key in touched]
            kept = rules.apply(page.latest, typed, mine)
        except ValueError:
            pass  # A clause came or went: the form keeps what it has.
        self._base = page.latest
        self.form.load(page.latest, page.today)
        self._base = page.latest
        self.form.load(replace(kept), page.today)
        self.banner.show_message(
            Tone.INFO,
            self.tr("The contract changed meanwhile"),
            self.tr("What you typed is kept; what it changes is now counted from the new contract."),
            action=self.tr("Start over"),
        )
        self._ask_preview()

    # Editing

    def _edited(self) -> None:
        self._pause.start()
        self.preview.set_ready(False)

    def _ask_preview(self) -> None:
        if not self.edited:
            self.form.clear_trouble()
            self._lines, self._told = (), None
            self.preview.show_untouched()
            return
        terms = self.form.terms()
        self._told = terms
        self.link.ask(lambda q: q.preview(terms), self._previewed, self._preview_failed)

    def _previewed(self, lines: tuple[PreviewLine, ...]) -> None:
        if self.page is None or self._told != self.form.terms():
            return  # Typed on meanwhile: the next answer is on its way.
        self._lines = lines
        self.form.clear_trouble()
        self.preview.show_lines(lines, self.page.today)

    def _preview_failed(self, error: Exception) -> bool:
        if not isinstance(error, ExitZeroError):
            self.preview.show_trouble(self.tr("What it would change cannot be told."))
            return False
        self.form.clear_trouble()
        placed = isinstance(error, BadInput) and self.form.set_trouble(error.field, error.message)
        self.preview.show_trouble(self.tr("Put the marked field right first.") if placed else str(error))
        return True

    def _try_name(self, source: str, name: str) -> None:
        self.link.run(lambda e: e.check_name(source, name), self._name_tried, self._name_failed)

    def _name_tried(self, view: SourceView) -> None:
        for form in self.form.clauses:
            if not form.is_trying:
                continue
            if view.reason:
                form.say_of_name(f"{view.title} {view.advice}".strip(), good=False)
            else:
                solved = "" if view.solved_all is None else self.tr(", {0} problems solved").format(view.solved_all)
                form.say_of_name(self.tr("Answers to {0}{1}.").format(view.name or view.subject, solved), good=True)

    def _name_failed(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        for form in self.form.clauses:
            if form.is_trying:
                form.say_of_name(str(error) if known else self.tr("The name could not be tried."), good=False)
        return known

    # Adopting

    def _ask_adopt(self) -> None:
        if self.page is None or not self._lines:
            return
        today = self.page.today
        directions = {line.change.direction for line in self._lines}
        words = []
        if Direction.TIGHTER in directions:
            words.append(self.tr("What gets harder holds from today, and can only be loosened seven days ahead."))
        if Direction.LOOSER in directions:
            words.append(self.tr("What gets easier waits seven days; until then the old terms judge each day."))
        lines = []
        for line in self._lines:
            sign, tone, _word = change_sign(line.change)
            lines.append((sign, _line_text(line, today), tone))
        self.sheet.ask(
            title=self.tr("Adopt this contract?"),
            words=" ".join(words),
            lines=lines,
            accept=self.tr("Adopt"),
        )

    def _adopt(self, _reason: str) -> None:
        terms = self._told
        if terms is None:
            self.sheet.close_sheet()
            return
        self.link.do(lambda a: a.adopt(terms), self._adopted, self._adopt_failed)

    def _adopted(self, _answer: object) -> None:
        self.sheet.close_sheet()
        self.banner.show_message(
            Tone.GOOD,
            self.tr("Agreed"),
            self.tr("It is written in the journal; below stands what waits and until when."),
        )
        self._start_over = True
        self.refresh_when_seen()

    def _adopt_failed(self, error: Exception) -> bool:
        if not isinstance(error, ExitZeroError):
            self.sheet.set_trouble(self.tr("It could not be written; the old contract stands."))
            return False
        if isinstance(error, BadInput) and self.form.set_trouble(error.field, error.message):
            self.sheet.close_sheet()
            self.preview.show_trouble(self.tr("Put the marked field right first."))
        else:
            self.sheet.set_trouble(str(error))
        return True

    def _lay_out(self) -> tuple[QVBoxLayout, QVBoxLayout, QVBoxLayout]:
        """Where the form, what is agreed, and the preview go."""
        outer = QVBoxLayout(self.ground)
        outer.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedWidget()
        outer.addWidget(self._stack)
        whole, body = QWidget(), QWidget()
        self._stack.addWidget(whole)
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(body, 1)
        self._area, column = scrolled(body)
        self.banner = Banner()
        column.addWidget(self.banner)
        columns, (near, aside) = columned(980, 9, 6)
        column.addWidget(columns)
        column.addStretch(1)
        return near, aside, rows


class _Preview(QWidget):
    """Keeps to the lower edge of the page: what the form would change, from when, and the button that agrees."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("contract-preview")
        self.setAutoFillBackground(False)
        self.title = Text("", Role.LABEL12, Tone.DIM)
        self.words = Text("", Role.BODY13, Tone.DIM, wrap=True)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(12)
        self.grid.setVerticalSpacing(4)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setColumnStretch(2, 1)
        self.rows: list[str] = []
        self.discard = Button(self.tr("Discard"))
        keyed(self.discard, "Alt+D")
        self.adopt = Button(self.tr("Adopt…"), Kind.PRIMARY)
        keyed(self.adopt, "Alt+A")
        inner = QWidget()
        inner.setObjectName("page")
        inner.setLayout(self.grid)
        self._area = QScrollArea()
        self._area.setWidget(inner)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner.setMaximumWidth(_WIDEST)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        head.addWidget(self.discard)
        head.addWidget(self.adopt)
        row = QVBoxLayout()
        row.setContentsMargins(20, 10, 20, 12)
        row.setSpacing(4)
        row.addLayout(head)
        row.addWidget(self.words)
        row.addWidget(self._area)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Line())
        column.addLayout(row)
        self.setAccessibleName(self.tr("What changes, from when"))
        self.show_untouched()

    def show_untouched(self) -> None:
        """Nothing is edited."""
        self._set(
            self.tr("What changes, from when"),
            self.tr("▲ harder holds today   → neither holds tomorrow   ▼ easier holds in 7 days"),
            Tone.DIM,
        )
        self.discard.setEnabled(False)
        self.adopt.setEnabled(False)

    def show_trouble(self, words: str) -> None:
        """What is typed is no contract."""
        self._set(self.tr("Cannot be adopted yet"), words, Tone.BAD)
        self.discard.setEnabled(True)
        self.adopt.setEnabled(False)

    def set_ready(self, ready: bool) -> None:
        """Whether what is shown is about what stands in the form."""
        self.adopt.setEnabled(ready)
        self.discard.setEnabled(True)

    def show_lines(self, lines: Sequence[PreviewLine], today: date) -> None:
        """What adopting would change."""
        if not lines:
            self._set(
                self.tr("What changes, from when"), self.tr("This is already agreed; nothing new to adopt."), Tone.DIM
            )
            self.adopt.setEnabled(False)
            self.discard.setEnabled(True)
            return
        count = len(lines)
        title = self.tr("1 change") if count == 1 else self.tr("{0} changes").format(count)
        self._set(title, "", Tone.DIM)
        for at, line in enumerate(lines):
            sign, tone, word = change_sign(line.change)
            mark = Text(sign, Role.MONO_STRONG, tone)
            mark.setToolTip(word)
            mark.setAccessibleName(word)
            when = Text(when_text(line.effective, today), Role.BODY13, tone)
            top = Qt.AlignmentFlag.AlignTop
            self.grid.addWidget(mark, at, 0, top)
            self.grid.addWidget(Text(line.change.what, Role.STRONG13), at, 1, top)
            self.grid.addWidget(Text(f"{line.change.before} → {line.change.after}", Role.BODY13, wrap=True), at, 2, top)
            self.grid.addWidget(when, at, 3, top)
            self.rows.append(f"{sign} {_line_text(line, today)}")
        self._area.show()
        self._fit()
        self.set_ready(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as the lines need, scrolling from the sixth on."""
        if self._area.isHidden():
            return
        self.grid.activate()
        width = min(self.width() - 40, _WIDEST)
        wanted = self.grid.totalHeightForWidth(width)
        self._area.setFixedHeight(max(0, min(wanted, _SHOWN_LINES * _LINE_HEIGHT)))

    def _set(self, title: str, words: str, tone: Tone) -> None:
        empty_layout(self.grid)
        self.rows = []
        self.title.setText(title)
        self.words.setText(words)
        self.words.set_tone(tone)
        self.words.setVisible(bool(words))
        self._area.hide()


class _Waiting(Card):
    """What is agreed and does not hold yet."""

    def __init__(self) -> None:
        super().__init__("Waiting")
        self.set_title(self.tr("Agreed, not yet in force"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.body.addLayout(self._rows)
        self.texts: list[str] = []

    def show_page(self, page: ContractPage) -> None:
        """Show what waits."""
        empty_layout(self._rows)
        self.texts = []
        for change in page.pending:
            when = Text(when_text(change.effective, page.today), Role.STRONG13, Tone.WARN)
            self._rows.addWidget(when)
            for words in change.words:
                self._rows.addWidget(Text(words, Role.BODY13, wrap=True))
            self.texts.append(f"{when.text()}: {'; '.join(change.words)}")
        if not page.pending:
            self._rows.addWidget(
                Text(self.tr("Nothing waits: what is agreed holds."), Role.BODY13, Tone.DIM, wrap=True)
            )


class _History(Card):
    """Every version so far, newest first, each with what it changed."""

    def __init__(self) -> None:
        super().__init__("History")
        self.set_title(self.tr("Versions"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self.body.addLayout(self._rows)
        self.texts: list[str] = []

    def show_page(self, page: ContractPage) -> None:
        """Show the versions."""
        empty_layout(self._rows)
        self.texts = []
        versions = page.versions
        for at, version in enumerate(versions):
            older = versions[at + 1] if at + 1 < len(versions) else None
            self._rows.addWidget(self._row(version, older, page))

    def _row(self, version: ContractVersion, older: ContractVersion | None, page: ContractPage) -> QWidget:
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(10)
        in_force = version.number == page.current.number
        head.addWidget(Text(f"v{version.number}", Role.MONO_STRONG, Tone.INFO if in_force else Tone.DIM))
        head.addWidget(Text(self.tr("from {0}").format(day_text(version.effective, year=True)), Role.BODY13))
        head.addStretch(1)
        at = page.adopted.get(version.number)
        if at is not None:
            head.addWidget(Text(self.tr("agreed {0}").format(stamp(at, version.terms.zone)), Role.SMALL12, Tone.DIM))
        column.addLayout(head)
        if older is None:
            words = self.tr("The first contract.")
        else:
            found = rules.changes(older.terms, version.terms)
            words = "; ".join(f"{each.what}: {each.before} → {each.after}" for each in found) or self.tr("No change.")
        column.addWidget(Text(words, Role.SMALL12, Tone.DIM, wrap=True))
        self.texts.append(f"v{version.number}: {words}")
        return row


def _line_text(line: PreviewLine, today: date) -> str:
    return f"{line.change.what}: {line.change.before} → {line.change.after}, {when_text(line.effective, today)}"


def _text_of(path: str) -> str:
    """A list of sites from a file. Blocks on the disk; raises OutsideTrouble."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(_LONGEST_LIST + 1)
    except OSError as error:
        raise OutsideTrouble("The file could not be read.", str(error.strerror or error), reason="file") from error
    if len(data) > _LONGEST_LIST:
        raise OutsideTrouble("The file is longer than 4 MB.", "Import the part of it that you need.", reason="file")
    return data.decode("utf-8", "replace")
