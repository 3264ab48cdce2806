"""The cockpit: one glance from two metres says how the day stands, how long it lasts and what comes next.

It shows nothing but the record of today and decides nothing. Cards stand for the clauses that are in the contract;
there is no empty shell for one that is not. The upper part is painted first; what stands below it grows in steps so
short that nothing stalls, since the first glance is for the countdown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.errors import BadInput
from exitzero.core.topics import Topic
from exitzero.core.words import ClauseKind
from exitzero.ui import theme
from exitzero.ui.link import Link
from exitzero.ui.page import Page
from exitzero.ui.pages.cockpit_hero import Hero
from exitzero.ui.widgets.skeleton import Skeleton

if TYPE_CHECKING:
    from datetime import date

    from exitzero.core.today import ClauseView, Today
    from exitzero.engine.views import CheckLine, Year
    from exitzero.ui.pages.cockpit_card import CockpitCard
    from exitzero.ui.pages.cockpit_journal import JournalCard
    from exitzero.ui.pages.cockpit_stakes import StakesCard
    from exitzero.ui.pages.cockpit_year import YearCard
    from exitzero.ui.ports import Questions
    from exitzero.ui.widgets.heat_map import DayCell

_LOW = 760
_LOW_FOR_SEVERAL = 960
"""Under this height a cockpit of several clauses leaves out what the page of each says as well."""
_FEW_STAKES = 3
_LEAST_LOG = 64


class _Content(QWidget):
    """What scrolls: only where even the least heights do not fit. Qt would scroll as soon as the wished ones do not."""

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.minimumHeightForWidth(width) if layout is not None else -1


class CockpitScreen(Page):
    """The first page: survival, evidence, journal, stakes, the year."""

    topics = frozenset({Topic.DAY, Topic.CONTRACT, Topic.JOURNAL, Topic.OUTREACH, Topic.MOCKS})
    grows_when_seen = False
    """The window begins it, once the upper part is painted."""

    journal: JournalCard
    stakes: StakesCard
    year_card: YearCard

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.setObjectName("cockpit")
        self._today: Today | None = None
        self._year: tuple[Year, dict[date, DayCell]] | None = None
        self._cards: list[CockpitCard] = []
        self._has_cards = False
        self._built: dict[str, QWidget] = {}
        self._skeletons: dict[str, Skeleton] = {}
        self._plan: dict[QWidget, tuple[int, ...]] = {}
        self.hero = Hero(link)
        self.hero.bet_wanted.connect(self.place_bet)
        self.hero.clause_wanted.connect(self._open_clause)
        content = _Content()
        content.setObjectName("page")
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(20, 16, 20, 14)
        self._grid.setSpacing(theme.GAP)
        for column in range(12):
            self._grid.setColumnStretch(column, 1)
            self._grid.setColumnMinimumWidth(column, 1)
        scroll = QScrollArea()
        # A viewport of our own: the first look at one that Qt made costs as much as the whole upper part.
        scroll.setViewport(QWidget())
        scroll.setObjectName("cockpit-scroll")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        content.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        self._place()
        link.watch.changed.connect(self.show_today)
        link.watch.minute.connect(self._minute)
        self.show_today(link.watch.today)

    @property
    def cards(self) -> list[CockpitCard]:
        """The evidence cards, one a clause of the contract."""
        self.finish_growing()
        return self._cards

    def refresh(self) -> None:
        self.link.ask(_look_at_year, self._take_year)
        self._ask_for_cards()
        self.journal.begin(self._today.zone if self._today is not None else self.link.machine_zone())

    def show_today(self, today: Today | None) -> None:
        """Show a day; None while it is being read."""
        now = self.link.now()
        self._today = today
        self.hero.show_today(today, now)
        if not self.is_grown:
            return
        self.journal.set_code(today.exit_code if today is not None else None)
        if today is not None:
            self.fill(self._showing(today))

    def _showing(self, today: Today) -> Iterator[None]:
        """Show a day below the upper part: at once, but in steps where cards have to be made for it."""
        self.journal.lines.set_zone(today.zone)
        makes = self._make_cards(today)
        if makes:
            yield
        for card in self._cards:
            card.show_clause(today, self.link.now())
        if makes:
            self._ask_for_cards()
            yield
        self.stakes.show_today(today)
        if self._year is not None:
            self.year_card.show_year(*self._year, today.label)
        self._place()

    def check_now(self) -> None:
        """Ask the sources now, as the button does."""
        for card in self.cards:
            card.set_checking(True)
        self.link.run(lambda errands: errands.check_now(), self._checked, self._check_failed)

    def place_bet(self, amount: int) -> None:
        """Bet these coins on today."""
        self.hero.bet.set_busy(True)
        self.link.do(lambda actions: actions.place_bet(amount), self._bet_placed, self._bet_failed)

    def focus_filter(self) -> None:
        """Put the keyboard into the log's filter."""
        self.finish_growing()
        self.journal.focus_filter()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self.is_grown:
            several, low = len(self._cards) > 1, self.height() < _LOW
            tight = low or (several and self.height() < _LOW_FOR_SEVERAL)
            self.year_card.heat_map.set_legend(not tight)
            top, bottom = (8, 4) if several and low else (10, 8) if tight else (16, 14)
            self._grid.setContentsMargins(20, top, 20, bottom)
            self._grid.setSpacing(theme.GAP if not (several and low) else 8)
            # With several clauses a low window has no room for the year; the page of days shows it.
            self.year_card.setVisible(not (several and low))
            self.journal.log.setMinimumHeight(_LEAST_LOG if several and low else 0)
            self.stakes.set_most(_FEW_STAKES if several and tight else 0)
            for card in self._cards:
                card.set_low(several and tight)

    def _parts(self) -> Iterator[None]:
        """The parts below, one a step; each is imported, built and placed in steps of its own."""
        from exitzero.ui.pages.cockpit_evidence import EvidenceCard  # noqa: F401

        yield
        if self._today is not None:
            self._make_cards(self._today)
            for card in self._cards:
                card.show_clause(self._today, self.link.now())
            self._place()
        yield
        from exitzero.ui.pages.cockpit_stakes import StakesCard

        self.stakes = StakesCard(self.link.now)
        self.stakes.activated.connect(self._open_stakes)
        self._built["stakes"] = self.stakes
        if self._today is not None:
            self.stakes.show_today(self._today)
        self._place()
        yield
        from exitzero.ui.pages.cockpit_journal import JournalCard

        yield
        self.journal = JournalCard(self.link)
        self._built["journal"] = self.journal
        if self._today is not None:
            self.journal.lines.set_zone(self._today.zone)
            self.journal.set_code(self._today.exit_code)
        self._place()
        yield
        from exitzero.ui.pages.cockpit_year import YearCard

        yield
        self.year_card = YearCard()
        self.year_card.day_activated.connect(self._open_day)
        self.year_card.heat_map.set_legend(self.height() >= _LOW)
        self._built["year"] = self.year_card
        self._place()

    def _stand(self) -> None:
        super()._stand()
        self._fit()

    def _make_cards(self, today: Today) -> bool:
        """A card for each clause that is in the contract now; whether they had to be made."""
        if self._has_cards and [clause.kind for clause in today.clauses] == [card.kind for card in self._cards]:
            return False
        for old in self._cards:
            old.setParent(None)
            old.deleteLater()
        self._has_cards = True
        self._cards = []
        for clause in today.clauses:
            card = self._card_of(clause)
            card.check_wanted.connect(self.check_now)
            card.why_wanted.connect(self._why)
            card.link_wanted.connect(self._open_link)
            card.navigate.connect(self.navigate)
            self._cards.append(card)
        return True

    def _card_of(self, clause: ClauseView) -> CockpitCard:
        """The card made for a clause's kind."""
        if clause.kind is ClauseKind.OUTREACH:
            from exitzero.ui.pages.cockpit_outreach import OutreachCard

            return OutreachCard(clause, self.link)
        if clause.kind is ClauseKind.MOCKS:
            from exitzero.ui.pages.cockpit_mocks_clause import MocksClauseCard

            return MocksClauseCard(self.link)
        from exitzero.ui.pages.cockpit_evidence import EvidenceCard

        return EvidenceCard(clause)

    def _ask_for_cards(self) -> None:
        """Have the cards ask for what the record of today does not hold."""
        for card in self._cards:
            card.ask()

    def _place(self) -> None:
        """Put the cards where they belong: with one clause its card and the stakes share a row.

        A skeleton keeps the place of a card that is not built yet.
        """
        count = len(self._cards) if self._has_cards else 1
        if count == 1:
            places = [("evidence0", 1, 0, 1, 7), ("stakes", 1, 7, 1, 5), ("journal", 2, 0, 2, 7), ("year", 2, 7, 2, 5)]
        elif not count:
            # A day of rest: nothing to prove, so the journal has the room.
            places = [("journal", 1, 0, 3, 7), ("stakes", 1, 7, 1, 5), ("year", 2, 7, 2, 5)]
        else:
            each = 12 // min(count, 3)
            places = [(f"evidence{index}", 1, index * each, 1, each) for index in range(count)]
            places += [("journal", 2, 0, 2, 7), ("stakes", 2, 7, 1, 5), ("year", 3, 7, 1, 5)]
        built: dict[str, QWidget] = {**self._built}
        built |= {f"evidence{index}": card for index, card in enumerate(self._cards)}
        plan = {}
        for key, *place in places:
            widget = built.get(key)
            if widget is None or (key == "stakes" and self._today is None):
                widget = self._skeletons.setdefault(key, Skeleton(sunken=key == "journal"))
            plan[widget] = tuple(place)
        if plan == self._plan:
            return
        self._plan = plan
        while self._grid.takeAt(0) is not None:
            pass
        self._grid.addWidget(self.hero, 0, 0, 1, 12)
        for row, stretch in enumerate((0, 0, 1, 1)):
            self._grid.setRowStretch(row, stretch)
        for widget, (row, column, tall, wide) in plan.items():
            policy = QSizePolicy.Policy.Expanding if widget is built.get("journal") else QSizePolicy.Policy.Preferred
            widget.setSizePolicy(QSizePolicy.Policy.Expanding, policy)
            self._grid.addWidget(widget, row, column, tall, wide)
        for key, skeleton in list(self._skeletons.items()):
            if skeleton not in plan:
                del self._skeletons[key]
                skeleton.setParent(None)
                skeleton.deleteLater()
        self._fit()

    def _minute(self) -> None:
        now = self.link.now()
        self.hero.pass_minute(now)
        for card in self._cards:
            card.pass_minute(now)

    def _take_year(self, year: tuple[Year, dict[date, DayCell]]) -> None:
        self._year = year
        if self._today is not None:
            self.year_card.show_year(*year, self._today.label)

    def _checked(self, lines: tuple[CheckLine, ...]) -> None:
        for card in self._cards:
            card.show_result(lines)

    def _check_failed(self, error: Exception) -> None:
        for card in self._cards:
            card.set_checking(False)
        if isinstance(error, BadInput):
            self.link.report(error)

    def _bet_placed(self, _result: object) -> None:
        self.hero.bet.set_busy(False)

    def _bet_failed(self, error: Exception) -> None:
        self.hero.bet.set_busy(False)
        if isinstance(error, BadInput):
            self.link.report(error)

    def _why(self) -> None:
        if self._today is not None:
            self.navigate.emit("day", self._today.label)

    def _open_clause(self, place: int) -> None:
        if self._today is not None:
            from exitzero.ui.pages.cockpit_card import page_of

            self.navigate.emit(page_of(self._today.clauses[place].kind), None)

    def _open_stakes(self) -> None:
        self.navigate.emit("stakes", None)

    def _open_day(self, label: object) -> None:
        self.navigate.emit("day", label)

    def _open_link(self, address: str) -> None:
        from exitzero.desktop.browser import open_url

        open_url(address)


def _look_at_year(questions: Questions) -> tuple[Year, dict[date, DayCell]]:
    from exitzero.ui.pages.cockpit_year import year_cells

    year = questions.year()
    return year, year_cells(year)
