"""The cockpit: one glance from two metres says how the day stands, how long it lasts and what comes next.

It shows nothing but the record of today and decides nothing. Cards stand for the clauses that are in the contract;
there is no empty shell for one that is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.contract import ClauseKind
from exitzero.core.errors import BadInput
from exitzero.core.today import Today
from exitzero.core.topics import Topic
from exitzero.ui import format as words
from exitzero.ui import theme
from exitzero.ui.link import Link, Page
from exitzero.ui.pages.cockpit_evidence import EvidenceCard
from exitzero.ui.pages.cockpit_hero import Hero
from exitzero.ui.pages.cockpit_journal import JournalCard
from exitzero.ui.pages.cockpit_recent import RecentDays
from exitzero.ui.theme import Tone
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.card import Card, Row
from exitzero.ui.widgets.heat_map import DayCell, HeatMap

if TYPE_CHECKING:
    from exitzero.engine.views import CheckLine, Year

_SIGNS = {"coins": "−", "bet": "−", "shame": "!", "beeminder": "$", "lockdown": "×", "alarm": "♪", "hook": ">"}
_LOW = 640
_LOW_FOR_YEAR = 760


class Skeleton(Card):
    """Stands where a card will be, while its record is being read."""

    def sizeHint(self) -> QSize:
        return QSize(320, 190)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look = theme.current()
        painter = QPainter(self)
        for top, share, tall in ((18, 0.12, 10), (46, 0.18, 26), (92, 0.84, 8), (116, 0.5, 10), (140, 0.38, 10)):
            if top + tall < self.height() - 8:
                width = (self.width() - 2 * theme.INSET) * share
                paint.draw_box(painter, QRectF(theme.INSET, top, width, tall), 4, look.track, None)


class StakesCard(Card):
    """What a failed day costs, or what it did cost."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("If today fails", parent)
        self.setObjectName("stakes")
        self.body.setSpacing(0)
        self._shown: object = None

    def show_today(self, today: Today) -> None:
        """Show the stakes of this day."""
        shown = (today.stakes, today.outcome, today.spared, today.bet)
        if shown == self._shown:
            return
        self._shown = shown
        while (item := self.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        self._head_words(today)
        for index, stake in enumerate(today.stakes):
            tone = Tone.BAD if stake.armed and today.outcome in {"", "failed"} else Tone.DIM
            amount = stake.amount if stake.armed else self.tr("off")
            row = Row(_SIGNS.get(stake.kind, "−"), stake.text, amount, tone, last=index == len(today.stakes) - 1)
            if not stake.armed:
                row.set_amount(amount, Tone.DIM)
            self.body.addWidget(row)
        if not today.stakes:
            self.body.addWidget(Row("", self.tr("Nothing is at stake"), "", Tone.DIM, last=True))
        self.body.addStretch(1)

    def _head_words(self, today: Today) -> None:
        armed = any(stake.armed for stake in today.stakes)
        if today.outcome == "failed":
            self.set_title(self.tr("Today failed"))
            self.set_note(
                self.tr("Spared") if today.spared else self.tr("Ordered"), Tone.DIM if today.spared else Tone.BAD
            )
        elif today.outcome:
            self.set_title(self.tr("If today had failed"))
            self.set_note(self.tr("Called off"))
        else:
            self.set_title(self.tr("If today fails"))
            self.set_note(self.tr("Armed") if armed else self.tr("Nothing armed"), Tone.WARN if armed else Tone.DIM)


class CockpitScreen(Page):
    """The first page: survival, evidence, journal, stakes, the year."""

    topics = frozenset({Topic.DAY, Topic.CONTRACT, Topic.JOURNAL})

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.setObjectName("cockpit")
        self._today: Today | None = None
        self._year: Year | None = None
        self._cards: list[EvidenceCard] = []
        self.hero = Hero(link)
        self.hero.bet_wanted.connect(self.place_bet)
        self.journal = JournalCard(link)
        self.stakes = StakesCard()
        self.year_card = Card(self.tr("Last 53 weeks"))
        self.year_card.setObjectName("year")
        self.heat_map = HeatMap()
        self.heat_map.day_activated.connect(self._open_day)
        self.recent = RecentDays()
        self.recent.day_activated.connect(self._open_day)
        self.year_card.body.addWidget(self.heat_map)
        self.year_card.body.addWidget(self.recent, 1)
        self._skeleton: Skeleton | None = Skeleton()
        self._content = QWidget()
        self._content.setObjectName("page")
        self._grid = QGridLayout(self._content)
        self._grid.setContentsMargins(20, 16, 20, 14)
        self._grid.setSpacing(theme.GAP)
        for column in range(12):
            self._grid.setColumnStretch(column, 1)
            self._grid.setColumnMinimumWidth(column, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(self._content)
        self._content.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        self._place()
        link.watch.changed.connect(self.show_today)
        link.watch.minute.connect(self._minute)
        self.show_today(link.watch.today)

    def refresh(self) -> None:
        self.link.ask(lambda questions: questions.year(), self._take_year)
        self.journal.begin(self._today.zone if self._today is not None else self.link.machine_zone())

    @property
    def cards(self) -> list[EvidenceCard]:
        """The evidence cards, one a clause of the contract."""
        return self._cards

    def show_today(self, today: Today | None) -> None:
        """Show a day; None while it is being read."""
        now = self.link.now()
        self._today = today
        self.hero.show_today(today, now)
        self.journal.set_code(today.exit_code if today is not None else None)
        if today is None:
            return
        self.journal.lines.set_zone(today.zone)
        wanted = [clause.kind for clause in today.clauses]
        if wanted != [card.kind for card in self._cards] or self._skeleton is not None:
            self._make_cards(today)
        for card in self._cards:
            card.show_clause(today, now)
        self.stakes.show_today(today)
        if self._year is not None:
            self._show_year(self._year)

    def check_now(self) -> None:
        """Ask the sources now, as the button does."""
        for card in self._cards:
            card.set_checking(True)
        self.link.run(lambda errands: errands.check_now(), self._checked, self._check_failed)

    def focus_filter(self) -> None:
        """Put the keyboard into the log's filter."""
        self.journal.focus_filter()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.heat_map.set_legend(self.height() >= _LOW)
        # With several clauses a low window has no room for the year; the page of days shows it.
        self.year_card.setVisible(len(self._cards) <= 1 or self.height() >= _LOW_FOR_YEAR)

    def _make_cards(self, today: Today) -> None:
        for card in self._cards:
            card.setParent(None)
            card.deleteLater()
        self._cards = []
        if self._skeleton is not None:
            self._skeleton.setParent(None)
            self._skeleton.deleteLater()
            self._skeleton = None
        for clause in today.clauses:
            card = EvidenceCard(clause)
            card.check_wanted.connect(self.check_now)
            card.why_wanted.connect(lambda kind=clause.kind: self._why(kind))
            card.link_wanted.connect(self._open_link)
            self._cards.append(card)
        self._place()

    def _place(self) -> None:
        """Put the cards where they belong: with one clause its card and the stakes share a row."""
        while self._grid.takeAt(0) is not None:
            pass
        grid, count = self._grid, len(self._cards)
        grid.addWidget(self.hero, 0, 0, 1, 12)
        first: QWidget | None = self._skeleton
        if count == 1:
            first = self._cards[0]
        for card in (*self._cards, self.stakes, self.year_card, self.journal):
            policy = QSizePolicy.Policy.Expanding if card is self.journal else QSizePolicy.Policy.Preferred
            card.setSizePolicy(QSizePolicy.Policy.Expanding, policy)
        if count <= 1:
            if first is not None:
                grid.addWidget(first, 1, 0, 1, 7)
                grid.addWidget(self.stakes, 1, 7, 1, 5)
                grid.addWidget(self.journal, 2, 0, 2, 7)
                grid.addWidget(self.year_card, 2, 7, 2, 5)
            else:
                # A day of rest: nothing to prove, so the journal has the room.
                grid.addWidget(self.journal, 1, 0, 3, 7)
                grid.addWidget(self.stakes, 1, 7, 1, 5)
                grid.addWidget(self.year_card, 2, 7, 2, 5)
        else:
            each = 12 // min(count, 3)
            for index, card in enumerate(self._cards):
                grid.addWidget(card, 1, index * each, 1, each)
            grid.addWidget(self.journal, 2, 0, 2, 7)
            grid.addWidget(self.stakes, 2, 7, 1, 5)
            grid.addWidget(self.year_card, 3, 7, 1, 5)
        for row, stretch in enumerate((0, 0, 1, 1)):
            grid.setRowStretch(row, stretch)

    def _minute(self) -> None:
        now = self.link.now()
        self.hero.pass_minute(now)
        for card in self._cards:
            card.pass_minute(now)

    def _take_year(self, year: Year) -> None:
        self._year = year
        self._show_year(year)

    def _show_year(self, year: Year) -> None:
        if self._today is None:
            return
        cells = {}
        for day in year.days:
            code = "" if day.exit_code is None else " · " + self.tr("exit {0}").format(day.exit_code)
            cells[day.label] = DayCell(
                words.outcome_state(day.state),
                day.exit_code,
                f"{words.day_long(day.label)}{code}\n{day.words}".rstrip(),
                overridden=day.overridden,
            )
        first = QLocale().firstDayOfWeek().value - 1
        self.heat_map.set_days(cells, self._today.label, first)
        self.recent.set_days(year.days, self._today.label)
        if year.success_percent is None:
            self.year_card.set_note(self.tr("No day judged yet"))
        else:
            self.year_card.set_note(self.tr("Exit 0 on {0} %").format(year.success_percent))

    def _checked(self, lines: tuple[CheckLine, ...]) -> None:
        for card in self._cards:
            card.show_result(lines)

    def _check_failed(self, error: Exception) -> None:
        for card in self._cards:
            card.set_checking(False)
        if isinstance(error, BadInput):
            self.link.report(error)

    def place_bet(self, amount: int) -> None:
        """Bet these coins on today."""
        self.hero.bet.set_busy(True)
        self.link.do(lambda actions: actions.place_bet(amount), self._bet_placed, self._bet_failed)

    def _bet_placed(self, _result: object) -> None:
        self.hero.bet.set_busy(False)

    def _bet_failed(self, error: Exception) -> None:
        self.hero.bet.set_busy(False)
        if isinstance(error, BadInput):
            self.link.report(error)

    def _why(self, kind: ClauseKind) -> None:
        if self._today is not None:
            self.navigate.emit("day", self._today.label)

    def _open_day(self, label: object) -> None:
        self.navigate.emit("day", label)

    def _open_link(self, address: str) -> None:
        from exitzero.desktop.browser import open_url

        open_url(address)
