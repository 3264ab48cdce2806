"""LeetCode as a truth source: how it answers, what it showed, and since when nothing it knows is missing here.

Everything is told in the person's own days, by each submission's own timestamp, never by the service's UTC days.
Past 400 lines, because one page shows eight things of one source.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple, cast

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.contract import Terms
from exitzero.core.day import day_at
from exitzero.core.errors import ExitZeroError
from exitzero.core.today import SourceView
from exitzero.core.topics import Topic
from exitzero.core.words import ClauseKind
from exitzero.desktop.browser import open_url
from exitzero.engine.views import ContractPage, ObservationView, PollView, SourcePage
from exitzero.ui import theme
from exitzero.ui.format import day_text, source_name
from exitzero.ui.link import Link
from exitzero.ui.page import UnseenPage
from exitzero.ui.pages.day_parts import ClauseBlock, Mark
from exitzero.ui.pages.evidence import EvidencePanel, EvidenceSheet
from exitzero.ui.pages.layout import Columns, Pairs, Tabs, columned, empty_layout, keyed, scrolled
from exitzero.ui.pages.record_table import ROW, Cell, Column, RecordTable
from exitzero.ui.pages.wording import number, stamp, time_text, utc_text
from exitzero.ui.ports import Errands, Questions
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.card import Banner, Button, Card, EmptyState, Figure, Kind, Text


class _Answer(NamedTuple):
    """What one look brings; no page without a contract that names an account."""

    contract: ContractPage | None
    page: SourcePage | None
    running: bool
    zone: str = ""
    solved: tuple["Solved", ...] = ()


class Solved(NamedTuple):
    """An accepted submission in the person's own day; ``day_words`` stands at the first of each day only."""

    seen: ObservationView
    label: date
    day_words: str
    times: int


def by_own_days(rows: Sequence[ObservationView], terms: Terms, zone: str, today: date) -> tuple[Solved, ...]:
    """Newest first, each with the day it belongs to by the contract's hours and zone."""
    often = Counter(row.item for row in rows)
    found: list[Solved] = []
    before: date | None = None
    for row in sorted(rows, key=lambda each: each.at, reverse=True):
        label = day_at(row.at, terms.hours, zone).label
        words = ""
        if label != before:
            words = day_text(label, year=label.year != today.year)
        found.append(Solved(row, label, words, often[row.item]))
        before = label
    return tuple(found)


class LeetCodeScreen(UnseenPage):
    """The page *LeetCode*."""

    topics = frozenset({Topic.SOURCES, Topic.DAY, Topic.CONTRACT})

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.setObjectName("leetcode-page")
        self.page: SourcePage | None = None
        self._zone = ""
        self._again = "first_run"

    def _parts(self) -> Iterator[None]:
        _area, column = scrolled(self.ground)
        self.banner = Banner()
        column.addWidget(self.banner)
        self.body = QWidget()
        column.addWidget(self.body, 1)
        self.body.hide()
        inner = QVBoxLayout(self.body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.GAP)
        halves, (near, side) = columned(900, 5, 8)
        inner.addWidget(halves)
        yield
        self._make_state(near)
        yield
        self._make_daily(near)
        yield
        self._make_today(side)
        yield
        table = Card(flush=True)
        inner.addWidget(table, 1)
        self.tabs = Tabs()
        table.body.addWidget(self.tabs)
        yield from self._make_tables()
        why = Button(self.tr("Why?"), icon="why", small=True)
        why.setAccessibleName(self.tr("Why? The evidence of the chosen row"))
        keyed(why, "Alt+W", self.tr("The evidence of the chosen row"))
        why.clicked.connect(self._why_row)
        self.tabs.add_corner(why)
        self.tabs.setMinimumHeight(ROW * 8)
        self.nothing = EmptyState("", "", self.tr("Make a contract"), icon="leetcode")
        self.nothing.activated.connect(self._nothing_pressed)
        column.addWidget(self.nothing, 1)
        yield
        panel = EvidencePanel(self.link)
        yield
        self.evidence = EvidenceSheet(panel, self)

    def _make_state(self, column: QVBoxLayout) -> None:
        self.check = Button(self.tr("Check now"), Kind.PRIMARY, icon="check")
        keyed(self.check, "Alt+C")
        self.check.clicked.connect(self.check_now)
        self.title = Text("", Role.HEADING, wrap=True)
        self.advice = Text("", Role.BODY13, Tone.DIM, wrap=True)
        self.facts = Pairs(name_width=96)
        self.marks = QVBoxLayout()
        self.state_card = Card(self.tr("LeetCode"))
        column.addWidget(self.state_card, 1)
        self.state_card.body.addWidget(self.title)
        self.state_card.body.addWidget(self.advice)
        self.state_card.body.addWidget(self.facts)
        self.state_card.body.addLayout(self.marks)
        self.state_card.add_footer(None, self.check)

    def _make_daily(self, column: QVBoxLayout) -> None:
        self.daily_title = Text("", Role.STRONG14, wrap=True)
        self.daily_words = Text("", Role.BODY13, Tone.DIM, wrap=True)
        self.daily_open = Button(self.tr("Open in browser"), small=True)
        self.daily_open.clicked.connect(self._open_daily)
        self.daily_card = Card(self.tr("Daily challenge"))
        column.addWidget(self.daily_card)
        self.daily_card.body.addWidget(self.daily_title)
        self.daily_card.add_footer(self.daily_words, self.daily_open)

    def _make_today(self, column: QVBoxLayout) -> None:
        clause, streak = Card(self.tr("Today's clause")), Card(self.tr("Streak in own days"))
        column.addWidget(Columns(clause, streak, breakpoint_width=480), 1)
        self.clause_box = QVBoxLayout()
        clause.body.addLayout(self.clause_box)
        clause.body.addStretch(1)
        self.streak = Figure("–", "", role=Role.FIGURE40)
        self.streak_facts = Pairs(name_width=112)
        streak.body.addWidget(self.streak)
        streak.body.addWidget(self.streak_facts)
        streak.body.addStretch(1)
        split = Card(self.tr("Solved by difficulty"))
        column.addWidget(split)
        self.split = DifficultyBars()
        split.body.addWidget(self.split, 1)

    def _make_tables(self) -> Iterator[None]:
        self.solved: RecordTable[Solved] = RecordTable(
            (
                Column(self.tr("Own day"), 120),
                Column(self.tr("Time"), 84, mono=True),
                Column(self.tr("Problem")),
                Column(self.tr("Difficulty"), 96),
                Column(self.tr("Accepted"), 88, mono=True, right=True),
                Column(self.tr("UTC"), 140, mono=True),
                Column(self.tr("Origin"), 106),
            ),
            self._solved_cells,
            name=self.tr("Accepted submissions"),
            empty=self.tr(
                "LeetCode has shown no accepted submission yet. Each one that it shows is kept here for good."
            ),
            needle=lambda each: f"{each.seen.title} {each.seen.item} {each.seen.difficulty} {each.label.isoformat()}",
        )
        self.solved.opened.connect(self._open_solved)
        self.tabs.add("solved", self.tr("Accepted"), self.solved)
        yield
        self.polls: RecordTable[PollView] = RecordTable(
            (
                Column(self.tr("Asked"), 156, mono=True),
                Column(self.tr("Its own time (UTC)"), 152, mono=True),
                Column(self.tr("Answer"), least=260),
                Column(self.tr("Origin"), 190, mono=True),
            ),
            self._poll_cells,
            name=self.tr("Polls"),
            empty=self.tr("LeetCode was not asked yet."),
        )
        self.polls.opened.connect(self._open_poll)
        self.tabs.add("polls", self.tr("Polls"), self.polls)
        yield

    def refresh(self) -> None:
        """Ask for the source and for the contract that says whose account it is."""
        self.link.ask(partial(_look, self.link.machine_zone()), self._show, self._failed)

    def check_now(self) -> None:
        """Ask LeetCode now."""
        if not self.check.isEnabled():
            return
        self.check.set_busy(True, self.tr("Asking"))
        self.link.run(_check, self._checked, self._not_checked)

    def _checked(self, _answer: object) -> None:
        self._rest()
        self.refresh_when_seen()

    def _not_checked(self, error: Exception) -> bool:
        self._rest()
        known = isinstance(error, ExitZeroError)
        self.banner.show_message(
            Tone.BAD, self.tr("It could not be asked"), str(error) if known else self.tr("Nothing was changed.")
        )
        return known

    def _rest(self) -> None:
        self.check.set_busy(False, self.tr("Check now"))
        keyed(self.check, "Alt+C")

    def _show(self, answer: _Answer) -> None:
        self.fill(self._filling(answer))

    def _filling(self, answer: _Answer) -> Iterator[None]:
        if answer.contract is None or answer.page is None:
            self.page = None
            self._again = "first_run" if answer.contract is None else "contract"
            self._say(
                self.tr("LeetCode is not part of the contract"),
                self.tr("A clause with an account name makes it a truth source."),
                self.tr("Make a contract") if answer.contract is None else self.tr("Open contract"),
            )
            return
        self.page = page = answer.page
        self._zone = answer.zone
        self.nothing.hide()
        self.body.show()
        self._show_state(page.view)
        yield
        empty_layout(self.clause_box)
        if page.clause is not None:
            block = ClauseBlock(page.clause, over=not answer.running, evidence=self._newest_answer(page))
            block.why.connect(self._open_evidence)
            self.clause_box.addWidget(block)
        else:
            words = self.tr("Nothing is owed at LeetCode today.")
            self.clause_box.addWidget(Text(words, Role.BODY14, Tone.DIM, wrap=True))
        yield
        self._show_streak(page)
        self._show_profile(page.view)
        yield
        self.solved.set_records(answer.solved)
        self.polls.set_records(sorted(page.polls, key=lambda each: each.seq, reverse=True))
        self.tabs.set_count("solved", len(page.recent), page.total_seen)
        self.tabs.set_count("polls", len(page.polls))

    def _failed(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        if self.page is None:
            self._again = ""
            self._say(self.tr("LeetCode's page cannot be read"), str(error) if known else "", self.tr("Try again"))
            self.fill(())
        return known

    def _say(self, title: str, words: str, button: str) -> None:
        self.nothing.set_words(title, words)
        self.nothing.button.setText(button)
        self.nothing.button.setAccessibleName(button)
        self.nothing.button.show()
        self.body.hide()
        self.nothing.show()

    def _nothing_pressed(self) -> None:
        if self._again:
            self.navigate.emit(self._again, None)
        else:
            self.refresh()

    def _show_state(self, view: SourceView) -> None:
        zone = self._zone
        if view.asked_at is None:
            self.state_card.set_state(State.UNKNOWN, self.tr("Not asked yet"))
            self.title.setText(self.tr("It was never asked about {0}").format(view.subject))
            self.advice.setText(self.tr("Check now asks it once; from then on it is asked by itself."))
        elif view.reason:
            self.state_card.set_state(State.UNKNOWN, self.tr("Unknown"))
            self.title.setText(view.title)
            self.advice.setText(view.advice)
        else:
            self.state_card.set_state(State.SAFE, self.tr("Answering"))
            self.title.setText(self.tr("Answers to {0}").format(view.subject))
            self.advice.setText("")
        self.advice.setVisible(bool(self.advice.text()))
        rows: list[tuple[str, str] | tuple[str, str, Tone]] = []
        if view.reason:
            since = self.tr("never answered") if view.last_good is None else stamp(view.last_good, zone)
            rows.append((self.tr("Unknown since"), since, Tone.UNKNOWN))
        if view.asked_at is not None:
            rows.append((self.tr("Asked"), stamp(view.asked_at, zone)))
        following = view.retry_at if view.reason and view.retry_at else view.next_at
        if following is not None:
            rows.append((self.tr("Next try") if view.reason else self.tr("Next"), stamp(following, zone)))
        rows.append((self.tr("Address"), view.origin or self.tr("not asked yet"), Tone.PLAIN))
        if view.last_at is not None:
            rows.append((self.tr("Last seen"), f"{view.last_title}, {stamp(view.last_at, zone)}"))
        self.facts.set_rows(rows)
        empty_layout(self.marks)
        if not view.official:
            self.marks.addWidget(
                Mark(
                    self.tr("Stand-in"),
                    self.tr("this address stands in for the service; its word is marked everywhere"),
                )
            )

    def _show_streak(self, page: SourcePage) -> None:
        unit = self.tr("day in a row") if page.streak == 1 else self.tr("days in a row")
        self.streak.set_value(str(page.streak), unit)
        if page.covered_since is None:
            since: tuple[str, str, Tone] = (self.tr("Complete since"), self.tr("not yet"), Tone.DIM)
        else:
            since = (self.tr("Complete since"), stamp(page.covered_since, self._zone, year=True), Tone.PLAIN)
        self.streak_facts.set_rows(
            [
                (self.tr("Best"), self.tr("{0} days").format(page.best_streak)),
                (self.tr("Kept here"), self.tr("{0} accepted submissions").format(number(page.total_seen))),
                since,
            ]
        )

    def _show_profile(self, view: SourceView) -> None:
        self.split.set_counts(view.solved_easy, view.solved_medium, view.solved_hard, view.solved_all)
        self.daily_open.setVisible(bool(view.daily_link))
        if not view.daily_title:
            self.daily_card.set_state(None)
            self.daily_title.setText(self.tr("Not known yet"))
            self.daily_words.setText(self.tr("It comes with the next answer."))
            return
        self.daily_title.setText(view.daily_title)
        self.daily_words.setText(view.daily_difficulty)
        if view.daily_done:
            self.daily_card.set_state(State.SAFE, self.tr("Done"))
        else:
            self.daily_card.set_state(State.REST, self.tr("Open"))

    @staticmethod
    def _newest_answer(page: SourcePage) -> str:
        polls = [poll for poll in page.polls if poll.evidence]
        return max(polls, key=lambda poll: poll.seq).evidence[0] if polls else ""

    def _open_daily(self) -> None:
        if self.page is None:
            return
        url = self.page.view.daily_link
        self.link.run(partial(_browse, url), self._browsed, self._not_browsed)

    def _browsed(self, shown: bool) -> None:
        if not shown and self.page is not None:
            self.banner.show_message(
                Tone.WARN, self.tr("This machine has no browser to show it with"), self.page.view.daily_link
            )

    def _not_browsed(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self.banner.show_message(Tone.BAD, self.tr("The link was not opened"), str(error) if known else "")
        return known

    def _open_evidence(self, digest: str) -> None:
        self.evidence.open(digest, self._zone)

    def _open_solved(self, record: Solved) -> None:
        self._open_evidence(record.seen.evidence)

    def _open_poll(self, record: PollView) -> None:
        self._open_evidence(record.evidence[0] if record.evidence else "")

    def _why_row(self) -> None:
        if self.tabs.current == "solved":
            solved = self.solved.chosen() or next(iter(self.solved.records), None)
            if solved is not None:
                self._open_solved(solved)
        else:
            poll = self.polls.chosen() or next(iter(self.polls.records), None)
            if poll is not None:
                self._open_poll(poll)

    def _solved_cells(self, each: Solved) -> tuple[Cell, ...]:
        seen = each.seen
        return (
            Cell(each.day_words),
            Cell(time_text(seen.at, self._zone), tip=stamp(seen.at, self._zone, seconds=True)),
            Cell(seen.title or seen.item, tip=seen.item),
            Cell(seen.difficulty or self.tr("not known"), Tone.PLAIN if seen.difficulty else Tone.DIM),
            Cell(f"{each.times}×", Tone.PLAIN if each.times > 1 else Tone.DIM),
            Cell(utc_text(seen.at), Tone.DIM),
            Cell(self.tr("service"), Tone.DIM)
            if seen.official
            else Cell(self.tr("stand-in"), Tone.UNKNOWN, State.UNKNOWN),
        )

    def _poll_cells(self, each: PollView) -> tuple[Cell, ...]:
        return (
            Cell(stamp(each.at, self._zone)),
            Cell("–" if each.server_at is None else utc_text(each.server_at), Tone.DIM),
            Cell(each.words, Tone.PLAIN, State.SAFE if each.good else State.UNKNOWN, tip=each.words),
            Cell(each.origin or source_name(each.source), Tone.DIM)
            if each.official
            else Cell(each.origin, Tone.UNKNOWN, State.UNKNOWN, tip=self.tr("a stand-in, not the service itself")),
        )


class DifficultyBars(QWidget):
    """Easy, medium and hard as bars in one scale, each with its count."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("difficulty-bars")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.counts: tuple[int | None, int | None, int | None] = (None, None, None)
        self._all: int | None = None
        self.setAccessibleName(self.tr("Solved by difficulty"))

    def set_counts(self, easy: int | None, medium: int | None, hard: int | None, all_: int | None) -> None:
        """Show how many different problems of each are solved; None is not known."""
        self.counts, self._all = (easy, medium, hard), all_
        known = [("easy", easy), ("medium", medium), ("hard", hard)]
        self.setAccessibleDescription(
            ", ".join(f"{name} {count if count is not None else self.tr('not known')}" for name, count in known)
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, 104)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 104)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        body, mono = look.font(Role.BODY13), look.font(Role.MONO13)
        if all(count is None for count in self.counts):
            words = self.tr("The next answer tells it.")
            area = QRectF(0, 0, self.width(), 24)
            paint.draw_text(painter, area, words, font=body, color=look.dim)
            return
        most = max((count or 0 for count in self.counts), default=0) or 1
        right = Qt.AlignmentFlag.AlignRight
        names = (self.tr("Easy"), self.tr("Medium"), self.tr("Hard"))
        for at, (name, count, share) in enumerate(zip(names, self.counts, (0.45, 0.7, 1.0), strict=True)):
            top = at * 26.0
            paint.draw_text(painter, QRectF(0, top, 64, 22), name, font=body, color=look.dim)
            track = QRectF(64, top + 7, self.width() - 64 - 52, 8)
            paint.draw_box(painter, track, 3, look.track, None)
            if count:
                filled = QRectF(track.left(), track.top(), max(track.width() * count / most, 4.0), 8)
                paint.draw_box(painter, filled, 3, theme.mix(look.info, look.panel, share), None)
            text = "?" if count is None else number(count)
            paint.draw_text(
                painter, QRectF(self.width() - 48, top, 48, 22), text, font=mono, color=look.text, align=right
            )
        if self._all is not None:
            words = self.tr("{0} different problems").format(number(self._all))
            paint.draw_text(painter, QRectF(0, 80, self.width(), 22), words, font=body, color=look.dim)


def _look(machine_zone: str, questions: Questions) -> _Answer:
    contract = cast("ContractPage | None", questions.contract())
    if contract is None:
        return _Answer(None, None, False)
    clause = contract.current.terms.clause(ClauseKind.LEETCODE)
    if clause is None or not clause.subject:
        return _Answer(contract, None, False)
    today = questions.today()
    running = today is not None and not today.outcome
    page = questions.source(clause.source, clause.subject)
    terms = contract.current.terms
    zone = terms.zone or machine_zone
    return _Answer(contract, page, running, zone, by_own_days(page.recent, terms, zone, contract.today))


def _check(errands: Errands) -> object:
    return errands.check_now()


def _browse(url: str, _errands: Errands) -> bool:
    return open_url(url)
