"""A day, whole: what it was owed, what was seen, what fired, how it was judged, and by which evidence.

A verdict costs something, so everything that decided it stands on one page and can be opened down to the raw answer.
Marks that a day carries (overridden, excused, corrected, spared) are shown wherever the day is.

Long, because the page is the one place where everything about a day meets; its parts are in :mod:`.day_parts`.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.contract import CALENDAR, OWN_SOURCES, PROOFS, SENT_MAIL
from exitzero.core.errors import ExitZeroError
from exitzero.core.survival import UNKNOWN_EXIT_CODE
from exitzero.core.today import ClauseView
from exitzero.core.topics import Topic
from exitzero.core.words import ClauseKind
from exitzero.engine.views import DayPage, LogLine, ObservationView, PollView
from exitzero.ui.dialogs import ConfirmSheet
from exitzero.ui.format import day_text, source_name
from exitzero.ui.link import Link
from exitzero.ui.page import UnseenPage
from exitzero.ui.pages.day_parts import SHOWN_BELOW, ClauseBlock, LadderList, Mark, heat_cells
from exitzero.ui.pages.evidence import EvidencePanel, EvidenceSheet
from exitzero.ui.pages.layout import Columns, Pairs, Tabs, columned, empty_layout, keyed, scrolled
from exitzero.ui.pages.record_table import ROW, Cell, Column, RecordTable
from exitzero.ui.pages.wording import MINUS, day_state, minutes_text, signed, stamp, terms_rows, time_text, utc_text
from exitzero.ui.ports import Questions
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Button, Card, Chip, EmptyState, Figure, Kind, Text
from exitzero.ui.widgets.heat_map import DayCell, HeatMap

_SHORTEST_REASON = 3
_WHOLE_DAY_MINUTES = 24 * 60


class _Answer(NamedTuple):
    """What one look brings: the day that is asked for (None: there is no contract yet), the year, and today."""

    page: DayPage | None
    cells: dict[date, DayCell]
    percent: int | None
    today: date | None
    first_weekday: int
    code_now: int | None = None
    trouble: str = ""


class DayScreen(UnseenPage):
    """The page *Days*. Opens on a date, or on today for None; ← and → go to the neighbouring days."""

    topics = frozenset(
        {Topic.DAY, Topic.OUTREACH, Topic.MOCKS, Topic.CONTRACT, Topic.SOURCES, Topic.COINS, Topic.PREFERENCES}
    )

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.setObjectName("day-page")
        self.page: DayPage | None = None
        self._wanted: date | None = None
        self._today: date | None = None
        self._deed = ""

    def _parts(self) -> Iterator[None]:
        yield from self._make_head()
        self.clauses = QVBoxLayout()
        self.clauses.setSpacing(16)
        self.ladder = LadderList()
        self.times = Pairs(name_width=84)
        self.contract_rows = Pairs(name_width=104)
        yield
        yield from self._lay_out()
        yield
        self.sheet = ConfirmSheet(self)
        self.sheet.accepted.connect(self._confirmed)
        yield
        panel = EvidencePanel(self.link)
        yield
        self.evidence = EvidenceSheet(panel, self)

    # What is shown

    def open(self, target: object) -> None:
        """Show this date, or today for None."""
        self._wanted = target if isinstance(target, date) else None
        self.sheet.close_sheet()
        self.evidence.close_sheet()
        self.refresh_when_seen()

    def refresh(self) -> None:
        """Ask for the day, the year around it and what today is."""
        wanted = self._wanted

        def look(questions: Questions) -> _Answer:
            year = questions.year()
            cells = heat_cells(year)
            today = questions.today()
            weekday = questions.preference("first_weekday", -1)
            first = weekday if isinstance(weekday, int) else -1
            label = wanted or (today.label if today is not None else None)
            if label is None:
                return _Answer(None, cells, year.success_percent, None, first)
            trouble = ""
            page: DayPage | None = None
            try:
                page = questions.day(label)
            except ExitZeroError as error:
                trouble = str(error)
            now = today is not None and today.label == label and not today.outcome
            code = today.exit_code if now and today is not None else None
            day = today.label if today is not None else None
            return _Answer(page, cells, year.success_percent, day, first, code, trouble)

        self.link.ask(look, self._show, self._failed)

    def _show(self, answer: _Answer) -> None:
        self.fill(self._filling(answer))

    def _filling(self, answer: _Answer) -> Iterator[None]:
        self._today = answer.today
        self.page = answer.page
        self._show_year(answer)
        yield
        if answer.page is None:
            self._show_nothing(answer)
            return
        self._figures.show()
        self._nothing_page.hide()
        self._body.show()
        # A day without a verdict has no code of its own: what it would exit with now is the cockpit's to say.
        code = answer.page.exit_code if answer.page.exit_code is not None else answer.code_now
        self._show_head(answer.page, UNKNOWN_EXIT_CODE if code is None and answer.page.state == "held" else code)
        yield
        self._show_clauses(answer.page)
        yield
        over = answer.page.state != "open"
        self.ladder.set_rungs(answer.page.rungs, answer.page.zone, answer.page.deadline, over=over)
        yield
        self._show_times(answer.page)
        self._show_contract(answer.page)
        yield
        self._show_tables(answer.page)

    def _failed(self, error: Exception) -> bool:
        self.page = None
        words = str(error) if isinstance(error, ExitZeroError) else ""
        self._say(self.tr("This day cannot be read"), words, self.tr("Try again"), "again")
        self.fill(())
        return isinstance(error, ExitZeroError)

    def _show_nothing(self, answer: _Answer) -> None:
        for button in (self.previous, self.next):
            button.setEnabled(False)
        if answer.today is None:
            self._date_title.setText(self.tr("Days"))
            self._say(
                self.tr("No day yet"),
                self.tr("The first contract opens the first day. From then on every day is kept here for good."),
                self.tr("Make a contract"),
                "first_run",
            )
            return
        label = self._wanted or answer.today
        self._date_title.setText(day_text(label, year=True))
        self._set_picker(label)
        if label > answer.today:
            title, words = self.tr("This day has not begun"), self.tr("It opens when the day before it ends.")
        else:
            title = self.tr("No contract was in force on this day")
            words = answer.trouble or self.tr("Nothing was owed, so nothing was judged.")
        self._say(title, words, self.tr("Go to today"), "today")

    def _say(self, title: str, words: str, button: str, errand: str) -> None:
        self.nothing.set_words(title, words)
        self.nothing.button.setText(button)
        self.nothing.button.setAccessibleName(button)
        self._errand = errand
        self._figures.hide()
        self._body.hide()
        self._nothing_page.show()

    def _nothing_pressed(self) -> None:
        if self._errand == "first_run":
            self.navigate.emit("first_run", None)
        elif self._errand == "again":
            self.refresh()
        else:
            self.go_to(None)

    def _show_year(self, answer: _Answer) -> None:
        by_locale = QLocale().firstDayOfWeek().value - 1
        first = answer.first_weekday if 0 <= answer.first_weekday <= 6 else by_locale
        if answer.today is not None and answer.cells:
            self.heat.set_days(answer.cells, answer.today, first)
        percent = answer.percent
        self.heat_words.setText("" if percent is None else self.tr("exit 0 on {0} %").format(percent))

    def _show_head(self, page: DayPage, exit_code: int | None) -> None:
        is_today = page.label == self._today
        self._date_title.setText(day_text(page.label, year=True))
        self._set_picker(page.label)
        self.previous.setEnabled(page.previous is not None)
        self.next.setEnabled(page.next is not None)
        self.today_button.setEnabled(not is_today)
        state, word = day_state(page.state, exit_code)
        self.chip.set_state(state, self.tr("Overridden") if page.overridden else word)
        code = "?" if exit_code is None else str(exit_code)
        tone = {State.SAFE: Tone.GOOD, State.FAILED: Tone.BAD, State.AT_RISK: Tone.WARN, State.UNKNOWN: Tone.UNKNOWN}
        self.code.set_value(code, "", tone.get(state, Tone.DIM))
        running = page.state == "open"
        if running:
            self.code_label.setText(self.tr("Would exit with"))
        else:
            self.code_label.setText(self.tr("Exits with") if page.state == "held" else self.tr("Exited with"))
        self.code.setAccessibleName(f"{self.code_label.text()} {code}")
        self.sentence.setText(page.verdict_words)
        self._show_marks(page)
        self.pass_button.setVisible(page.can_excuse)
        self.override_button.setVisible(page.can_override)
        self.pass_note.setText("" if page.can_excuse or not running else page.excuse_reason)
        self.pass_note.setVisible(bool(self.pass_note.text()))

    def _show_marks(self, page: DayPage) -> None:
        empty_layout(self.marks)
        marks: list[Mark] = []
        if page.overridden:
            marks.append(Mark(self.tr("Overridden"), self.tr("set to success by hand: {0}").format(page.overridden)))
        if page.excused:
            marks.append(Mark(self.tr("Excused"), self.tr("by the emergency pass: {0}").format(page.excused)))
        if page.corrected:
            marks.append(
                Mark(self.tr("Corrected"), self.tr("evidence that arrived late turned this verdict"), Tone.INFO)
            )
        if page.spared:
            marks.append(Mark(self.tr("Spared"), page.spared, Tone.INFO))
        strangers = not (all(seen.official for seen in page.observations) and all(poll.official for poll in page.polls))
        if strangers:
            marks.append(
                Mark(self.tr("Stand-in"), self.tr("answers of this day came from a stand-in, not from the service"))
            )
        for mark in marks:
            self.marks.addWidget(mark)

    def _show_clauses(self, page: DayPage) -> None:
        empty_layout(self.clauses)
        over = page.state != "open"
        for clause in page.clauses:
            figure = Role.FIGURE40 if len(page.clauses) == 1 else Role.FIGURE28
            block = ClauseBlock(clause, over=over, evidence=self._evidence_of(clause, page), figure=figure)
            block.why.connect(self._open_evidence)
            self.clauses.addWidget(block)
        if not page.clauses:
            self.clauses.addWidget(Text(self.tr("Nothing was owed on this day."), Role.BODY14, Tone.DIM, wrap=True))
        self.clauses.addStretch(1)

    @staticmethod
    def _evidence_of(clause: ClauseView, page: DayPage) -> str:
        """The answer that says most about a clause: of the newest that counted, else of the newest poll."""
        counted = [
            each for each in page.observations if each.counted and each.source == clause.source and each.evidence
        ]
        if counted:
            return max(counted, key=lambda each: each.at).evidence
        own = {ClauseKind.OUTREACH: PROOFS, ClauseKind.MOCKS: CALENDAR}.get(clause.kind)
        if any(each.source == own for each in page.observations):
            return SHOWN_BELOW
        polls = [each for each in page.polls if each.source == clause.source and each.evidence]
        return max(polls, key=lambda each: each.seq).evidence[0] if polls else ""

    def _show_times(self, page: DayPage) -> None:
        zone = page.zone
        length = round((page.ends - page.starts).total_seconds() / 60)
        rows: list[tuple[str, str] | tuple[str, str, Tone]] = [
            (self.tr("Zone"), zone),
            (self.tr("Began"), stamp(page.starts, zone)),
            (self.tr("Due"), stamp(page.deadline, zone)),
        ]
        if length != _WHOLE_DAY_MINUTES:
            rows.append((self.tr("Length"), minutes_text(length), Tone.INFO))
        tone = Tone.GOOD if page.coins > 0 else Tone.BAD if page.coins < 0 else Tone.DIM
        rows.append((self.tr("Coins"), signed(page.coins), tone))
        self.times.set_rows(rows)

    def _show_contract(self, page: DayPage) -> None:
        self.contract_card.set_title(self.tr("Contract v{0}").format(page.contract.number))
        self.contract_card.set_note(self.tr("since {0}").format(day_text(page.contract.effective)))
        self.contract_rows.set_rows(terms_rows(page.contract.terms, page.label))

    def _show_tables(self, page: DayPage) -> None:
        self.observations.set_records(sorted(page.observations, key=lambda each: each.at, reverse=True))
        self.polls.set_records(sorted(page.polls, key=lambda each: each.seq, reverse=True))
        self.facts.set_records(page.facts)
        self.tabs.set_count("observations", len(page.observations))
        self.tabs.set_count("polls", len(page.polls))
        self.tabs.set_count("journal", len(page.facts))

    # Going to other days

    def go_to(self, label: date | None) -> None:
        """Show another date; None is today."""
        self._wanted = label
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Left:
            self._go_previous()
        elif event.key() == Qt.Key.Key_Right:
            self._go_next()
        elif event.key() == Qt.Key.Key_Home:
            self.go_to(None)
        else:
            super().keyPressEvent(event)

    def _go_previous(self) -> None:
        if self.page is not None and self.page.previous is not None:
            self.go_to(self.page.previous)

    def _go_next(self) -> None:
        if self.page is not None and self.page.next is not None:
            self.go_to(self.page.next)

    def _go_today(self) -> None:
        self.go_to(None)

    def _picked(self, day: QDate) -> None:
        picked = date(day.year(), day.month(), day.day())
        if self.page is None or picked != self.page.label:
            self.go_to(picked)

    def _set_picker(self, label: date) -> None:
        self.picker.blockSignals(True)
        if self._today is not None:
            self.picker.setMaximumDate(QDate(self._today.year, self._today.month, self._today.day))
        self.picker.setDate(QDate(label.year, label.month, label.day))
        self.picker.blockSignals(False)

    # What can be done

    def _ask_pass(self) -> None:
        page = self.page
        if page is None:
            return
        self._deed = "pass"
        self.sheet.ask(
            title=self.tr("Excuse {0}?").format(day_text(page.label)),
            words=self.tr("The emergency pass excuses this day at once. There is one a month."),
            lines=(
                (MINUS, self.tr("{0} coins are burned now").format(page.excuse_price), Tone.BAD),
                ("○", self.tr("The day exits 0 and costs nothing more, whatever is missing"), Tone.DIM),
                ("◆", self.tr("The mark “excused” and your reason stay visible for ever"), Tone.UNKNOWN),
            ),
            reason=self.tr("Why it is needed"),
            reason_length=_SHORTEST_REASON,
            accept=self.tr("Burn {0} and excuse").format(page.excuse_price),
            danger=True,
        )

    def _ask_override(self) -> None:
        page = self.page
        if page is None:
            return
        self._deed = "override"
        self.sheet.ask(
            title=self.tr("Set {0} to success by hand?").format(day_text(page.label)),
            words=self.tr("This is offered because a source was down on this day, so that nothing could be proved."),
            lines=(
                ("●", self.tr("The day exits 0; its consequences are called off"), Tone.GOOD),
                ("◆", self.tr("“Overridden” stands at this day for ever, wherever it is shown"), Tone.UNKNOWN),
                ("!", self.tr("It is written in the journal and cannot be taken back"), Tone.WARN),
            ),
            reason=self.tr("What was done on this day"),
            reason_length=_SHORTEST_REASON,
            accept=self.tr("Override"),
            danger=True,
        )

    def _confirmed(self, reason: str) -> None:
        page = self.page
        if page is None:
            return
        label = page.label
        if self._deed == "pass":
            self.link.do(lambda a: a.use_pass(reason), self._done, self._refused)
        else:
            self.link.do(lambda a: a.override(label, reason), self._done, self._refused)

    def _done(self, _answer: object) -> None:
        self.sheet.close_sheet()
        self.refresh_when_seen()

    def _refused(self, error: Exception) -> bool:
        if not isinstance(error, ExitZeroError):
            self.sheet.set_trouble(self.tr("It could not be done; nothing was changed."))
            return False
        self.sheet.set_trouble(str(error))
        return True

    def _open_evidence(self, digest: str) -> None:
        if digest == SHOWN_BELOW:
            self.tabs.turn_to("observations")
            self.observations.setFocus()
            return
        self.evidence.open(digest, self.page.zone if self.page is not None else "")

    def _observation_opened(self, record: ObservationView) -> None:
        """A proof is shown at whom it was sent to, a mock in the calendar; for the rest stands the raw answer."""
        if record.source == PROOFS:
            self.navigate.emit("target", int(record.item))
        elif record.source == CALENDAR:
            self.navigate.emit("calendar", record.key)
        else:
            self._open_evidence(record.evidence)

    def _poll_opened(self, record: PollView) -> None:
        self._open_evidence(record.evidence[0] if record.evidence else "")

    def _why_row(self) -> None:
        if self.tabs.current == "observations":
            seen = self.observations.chosen() or next(iter(self.observations.records), None)
            if seen is not None:
                self._observation_opened(seen)
        else:
            poll = self.polls.chosen() or next(iter(self.polls.records), None)
            if poll is not None:
                self._poll_opened(poll)

    def _turned(self, key: str) -> None:
        self.why_button.setVisible(key != "journal")

    def _open_contract(self) -> None:
        self.navigate.emit("contract", None)

    # How it is made

    def _make_head(self) -> Iterator[None]:
        self._date_title = Text("", Role.TITLE)
        self.previous = Button("", Kind.PLAIN, icon="control/chevron-left", small=True)
        self.previous.setAccessibleName(self.tr("Previous day"))
        self.previous.setToolTip(self.tr("Previous day  ←"))
        self.previous.clicked.connect(self._go_previous)
        self.next = Button("", Kind.PLAIN, icon="control/chevron-right", small=True)
        self.next.setAccessibleName(self.tr("Next day"))
        self.next.setToolTip(self.tr("Next day  →"))
        self.next.clicked.connect(self._go_next)
        self.today_button = Button(self.tr("Today"), small=True)
        self.today_button.setToolTip(self.tr("Today  Home"))
        self.today_button.clicked.connect(self._go_today)
        self.picker = QDateEdit()
        self.picker.setCalendarPopup(True)
        self.picker.setKeyboardTracking(False)
        self.picker.setDisplayFormat("dd MMM yyyy")
        self.picker.setAccessibleName(self.tr("Go to a date"))
        self.picker.setFixedWidth(150)
        self.picker.dateChanged.connect(self._picked)
        yield
        self.heat = HeatMap()
        self.heat.day_activated.connect(self.go_to)
        self.heat_words = Text("", Role.MONO12, Tone.DIM)
        self.chip = Chip(State.UNKNOWN, "", solid=True)
        yield
        self.code_label = Text("", Role.LABEL12, Tone.DIM)
        self.code = Figure("", "", role=Role.FIGURE64)
        self.code.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.sentence = Text("", Role.BODY14, wrap=True)
        self.marks = QVBoxLayout()
        self.marks.setSpacing(6)
        self.pass_button = Button(self.tr("Emergency pass…"), small=True)
        keyed(self.pass_button, "Alt+E")
        self.pass_button.clicked.connect(self._ask_pass)
        self.override_button = Button(self.tr("Override…"), small=True)
        keyed(self.override_button, "Alt+O")
        self.override_button.clicked.connect(self._ask_override)
        self.pass_note = Text("", Role.SMALL12, Tone.DIM, wrap=True)

    def _make_tables(self) -> Iterator[None]:
        self.observations: RecordTable[ObservationView] = RecordTable(
            (
                Column(self.tr("Own time"), 156, mono=True),
                Column(self.tr("Source's time (UTC)"), 152, mono=True),
                Column(self.tr("What")),
                Column(self.tr("Kind"), 128),
                Column(self.tr("Counted"), 116),
                Column(self.tr("Origin"), 110),
            ),
            self._observation_cells,
            name=self.tr("Observations"),
            empty=self.tr("Nothing was seen on this day. What a source shows appears here with its evidence."),
        )
        self.observations.opened.connect(self._observation_opened)
        self.tabs.add("observations", self.tr("Observations"), self.observations)
        yield
        self.polls: RecordTable[PollView] = RecordTable(
            (
                Column(self.tr("Asked"), 104, mono=True),
                Column(self.tr("Its own time (UTC)"), 152, mono=True),
                Column(self.tr("Source"), 130),
                Column(self.tr("Answer")),
                Column(self.tr("Origin"), 110),
            ),
            self._poll_cells,
            name=self.tr("Polls"),
            empty=self.tr("No source was asked on this day."),
        )
        self.polls.opened.connect(self._poll_opened)
        self.tabs.add("polls", self.tr("Polls"), self.polls)
        yield
        self.facts: RecordTable[LogLine] = RecordTable(
            (
                Column(self.tr("Written"), 148, mono=True),
                Column(self.tr("Source"), 116, mono=True),
                Column(self.tr("What happened"), mono=True),
            ),
            self._fact_cells,
            name=self.tr("Journal of the day"),
            empty=self.tr("The journal has no line about this day."),
        )
        self.tabs.add("journal", self.tr("Journal"), self.facts)
        yield

    def _observation_cells(self, each: ObservationView) -> tuple[Cell, ...]:
        zone = self.page.zone if self.page is not None else ""
        own = each.source in OWN_SOURCES
        # A mock lies ahead: its day says more than its hour.
        at = stamp(each.at, zone) if each.source == CALENDAR else time_text(each.at, zone, seconds=True)
        what = " · ".join(part for part in (each.title or each.item, each.shown) if part)
        kind = each.kind or each.difficulty or (self.tr("mail") if each.source == SENT_MAIL else "")
        return (
            Cell(at, tip=stamp(each.at, zone, seconds=True)),
            Cell(utc_text(each.at), Tone.DIM),
            Cell(what, tip=each.shown or each.item),
            Cell(kind or self.tr("not known"), Tone.PLAIN if kind else Tone.DIM),
            Cell(self.tr("counted"), Tone.PLAIN, State.SAFE)
            if each.counted
            else Cell(self.tr("not counted"), Tone.DIM),
            Cell(self.tr("kept here"), Tone.DIM)
            if own
            else _origin_cell(self.tr("service"), self.tr("stand-in"), each.official),
        )

    def _poll_cells(self, each: PollView) -> tuple[Cell, ...]:
        zone = self.page.zone if self.page is not None else ""
        return (
            Cell(time_text(each.at, zone, seconds=True), tip=stamp(each.at, zone, seconds=True)),
            Cell("–" if each.server_at is None else utc_text(each.server_at), Tone.DIM),
            Cell(source_name(each.source)),
            Cell(each.words, Tone.PLAIN, State.SAFE if each.good else State.UNKNOWN, tip=each.words),
            _origin_cell(self.tr("service"), self.tr("stand-in"), each.official),
        )

    def _fact_cells(self, each: LogLine) -> tuple[Cell, ...]:
        zone = self.page.zone if self.page is not None else ""
        tone = Tone(each.tone) if each.tone in set(Tone) else Tone.PLAIN
        text = f"{each.text} {each.detail}".strip()
        return (
            Cell(stamp(each.at, zone, seconds=False), Tone.DIM),
            Cell(each.source, Tone.INFO if tone is Tone.PLAIN else tone),
            Cell(text, tone, tip=text),
        )

    def _lay_out(self) -> Iterator[None]:
        _area, column = scrolled(self.ground)
        card = Card()
        column.addWidget(card)
        halves, (left, right) = columned(900, 10, 11)
        card.body.addWidget(halves)
        self._fill_head(left)
        yield
        self._fill_year(right)
        yield
        self._body, self._nothing_page = QWidget(), QWidget()
        column.addWidget(self._body, 1)
        column.addWidget(self._nothing_page, 1)
        self._body.hide()
        self.nothing = EmptyState("", "", self.tr("Go to today"), icon="days")
        self.nothing.activated.connect(self._nothing_pressed)
        self._errand = ""
        inner = QVBoxLayout(self._nothing_page)
        inner.addWidget(self.nothing)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(16)
        clauses, ladder = Card(self.tr("Clauses")), Card(self.tr("Day and ladder"))
        self.contract_card = Card(self.tr("Contract"))
        body.addWidget(Columns(clauses, ladder, self.contract_card, stretches=(6, 5, 6), breakpoint_width=900))
        yield
        clauses.body.addLayout(self.clauses)
        ladder.body.addWidget(self.times)
        ladder.body.addSpacing(4)
        ladder.body.addWidget(self.ladder)
        ladder.body.addStretch(1)
        open_contract = Button(self.tr("Open contract"), small=True)
        open_contract.clicked.connect(self._open_contract)
        self.contract_card.body.addWidget(self.contract_rows)
        self.contract_card.add_footer(None, open_contract)
        yield
        tables = Card(flush=True)
        body.addWidget(tables, 1)
        self.tabs = Tabs()
        self.tabs.setMinimumHeight(ROW * 8)
        tables.body.addWidget(self.tabs)
        yield from self._make_tables()
        self.why_button = Button(self.tr("Why?"), icon="why", small=True)
        self.why_button.setAccessibleName(self.tr("Why? The evidence of the chosen row"))
        keyed(self.why_button, "Alt+W", self.tr("The evidence of the chosen row"))
        self.why_button.clicked.connect(self._why_row)
        self.tabs.add_corner(self.why_button)
        self.tabs.turned.connect(self._turned)

    def _fill_head(self, column: QVBoxLayout) -> None:
        column.setSpacing(14)
        line = QHBoxLayout()
        line.setSpacing(6)
        column.addLayout(line)
        line.addWidget(self.previous)
        line.addWidget(self.next)
        line.addSpacing(8)
        line.addWidget(self._date_title)
        line.addStretch(1)
        self._figures = QWidget()
        column.addWidget(self._figures, 1)
        column.addStretch(0)
        figures = QHBoxLayout(self._figures)
        figures.setContentsMargins(0, 0, 0, 0)
        figures.setSpacing(20)
        code, words = QVBoxLayout(), QVBoxLayout()
        figures.addLayout(code)
        figures.addLayout(words, 1)
        code.setSpacing(0)
        code.addWidget(self.code_label)
        code.addWidget(self.code)
        code.addStretch(1)
        words.setSpacing(8)
        chips, deeds = QHBoxLayout(), QHBoxLayout()
        words.addLayout(chips)
        chips.addWidget(self.chip)
        chips.addStretch(1)
        words.addWidget(self.sentence)
        words.addLayout(self.marks)
        words.addLayout(deeds)
        deeds.setSpacing(8)
        deeds.addWidget(self.pass_button)
        deeds.addWidget(self.override_button)
        deeds.addWidget(self.pass_note, 1)
        deeds.addStretch(1)
        words.addStretch(1)

    def _fill_year(self, column: QVBoxLayout) -> None:
        column.setSpacing(10)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        column.addLayout(tools)
        tools.addWidget(self.heat_words)
        tools.addStretch(1)
        tools.addWidget(self.picker)
        tools.addWidget(self.today_button)
        column.addWidget(self.heat)
        column.addStretch(1)


def _origin_cell(service: str, stand_in: str, official: bool) -> Cell:
    return Cell(service, Tone.DIM) if official else Cell(stand_in, Tone.UNKNOWN, State.UNKNOWN)
