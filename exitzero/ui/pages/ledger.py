"""The ledger: every coin that came or went, with its reason, and what failed days ordered.

The balance is the sum of these lines and of nothing else, so the page shows the lines.
"""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.errors import ExitZeroError
from exitzero.core.topics import Topic
from exitzero.engine.views import CoinMove, ConsequenceView, Ledger, Rewards
from exitzero.ui import theme
from exitzero.ui.format import day_text
from exitzero.ui.link import Link
from exitzero.ui.page import UnseenPage
from exitzero.ui.pages.balance_line import BalanceLine
from exitzero.ui.pages.fields import Choice
from exitzero.ui.pages.layout import Columns, Tabs, keyed, scrolled
from exitzero.ui.pages.ledger_outbox import Outbox
from exitzero.ui.pages.record_table import ROW, Cell, Column, RecordTable
from exitzero.ui.pages.rewards import RewardsView
from exitzero.ui.pages.wording import number, own_zone, signed, stamp
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Banner, Button, Card, Figure, Text


class LedgerScreen(UnseenPage):
    """The page *Ledger*: balance and debt, the moves with a filter, and the outbox of consequences."""

    topics = frozenset({Topic.COINS, Topic.CONSEQUENCES, Topic.DAY})

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.setObjectName("ledger-page")
        self.record: Ledger | None = None
        self._settling = ""

    def _parts(self) -> Iterator[None]:
        _area, column = scrolled(self.ground)
        column.setSpacing(theme.GAP)
        self.banner = Banner()
        self.banner.activated.connect(self.refresh)
        column.addWidget(self.banner)
        self._make_balance(column)
        yield
        table = Card(flush=True)
        column.addWidget(table, 1)
        self.tabs = Tabs()
        self.tabs.setMinimumHeight(ROW * 9)
        table.body.addWidget(self.tabs)
        self._make_moves()
        yield
        self.outbox = Outbox()
        self.outbox.opened.connect(self._open_order)
        self.outbox.settled.connect(self._settle)
        self.outbox.again_wanted.connect(self._try_again)
        self.tabs.add("outbox", self.tr("Consequences"), self.outbox)
        yield
        self.rewards = RewardsView()
        self.rewards.buy_wanted.connect(self._buy_freeze)
        self.rewards.coat_wanted.connect(self._put_on)
        self.tabs.add("badges", self.tr("Badges"), self.rewards)
        yield
        self._make_corner()
        self.tabs.turned.connect(self._turned)
        self.link.watch.minute.connect(self._minute)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.filter.setFocus)

    def _make_balance(self, column: QVBoxLayout) -> None:
        balance, course = Card(self.tr("Balance")), Card(self.tr("Over time"))
        column.addWidget(Columns(balance, course, stretches=(1, 1), breakpoint_width=820))
        self.balance = Figure("–", self.tr("coins"), role=Role.FIGURE64)
        self.debt = Text("", Role.BODY14, Tone.BAD, wrap=True)
        self.earned = Figure("–", "", role=Role.FIGURE28)
        self.burned = Figure("–", "", role=Role.FIGURE28)
        self.line = BalanceLine()
        figures = QHBoxLayout()
        figures.setSpacing(28)
        balance.body.addLayout(figures)
        figures.addWidget(self.balance)
        for name, figure in ((self.tr("Earned"), self.earned), (self.tr("Burned"), self.burned)):
            figure.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            part = QVBoxLayout()
            part.setSpacing(2)
            part.addStretch(1)
            part.addWidget(Text(name, Role.SMALL12, Tone.DIM))
            part.addWidget(figure)
            figures.addLayout(part)
        balance.body.addWidget(self.debt)
        balance.body.addStretch(1)
        course.body.addWidget(self.line, 1)

    def _make_moves(self) -> None:
        self.moves: RecordTable[CoinMove] = RecordTable(
            (
                Column(self.tr("When"), 156, mono=True),
                Column(self.tr("Day"), 116),
                Column(self.tr("Reason")),
                Column(self.tr("Amount"), 96, mono=True, right=True),
                Column(self.tr("Balance"), 104, mono=True, right=True),
            ),
            self._move_cells,
            name=self.tr("Moves"),
            empty=self.tr("No coin has moved yet. The first contract brings 10."),
            needle=_move_needle,
        )
        self.moves.opened.connect(self._open_move)
        self.tabs.add("moves", self.tr("Moves"), self.moves)

    def _make_corner(self) -> None:
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter by reason, date or amount"))
        self.filter.setAccessibleName(self.tr("Filter the moves"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(280)
        self.filter.textChanged.connect(self._filter)
        self.sign = Choice(((self.tr("all"), 0), (self.tr("earned"), 1), (self.tr("burned"), -1)), 104)
        self.sign.setAccessibleName(self.tr("Which moves"))
        self.sign.currentIndexChanged.connect(self._filter)
        self.copy = Button(self.tr("Copy"), icon="copy", small=True)
        keyed(self.copy, "Ctrl+Shift+C", self.tr("Copy the chosen rows, or all that are shown"))
        self.copy.clicked.connect(self._copy)
        for control in (self.filter, self.sign, self.copy):
            self.tabs.add_corner(control)

    def refresh(self) -> None:
        """Ask for the ledger."""
        self.link.ask(lambda q: q.ledger(), self._show, self._failed)
        self.link.ask(lambda q: q.rewards(), self._show_rewards)

    def open(self, target: object) -> None:
        """Turn to one of the tabs by its key."""
        if target in {"moves", "outbox", "badges"}:
            self.tabs.turn_to(str(target))

    def _show(self, record: Ledger) -> None:
        self.fill(self._filling(record))

    def _filling(self, record: Ledger) -> Iterator[None]:
        self.record = record
        self.banner.clear()
        self.balance.set_value(number(record.coins), self.tr("coins"))
        self.debt.setText(
            self.tr("{0} could not be paid and stand as a debt: what is earned next pays them first.").format(
                record.debt
            )
            if record.debt
            else ""
        )
        self.debt.setVisible(bool(record.debt))
        self.earned.set_value(f"+{number(record.earned)}" if record.earned else "0", "", Tone.GOOD)
        self.burned.set_value(signed(-record.burned), "", Tone.BAD if record.burned else Tone.DIM)
        self.line.set_values([move.balance for move in reversed(record.moves)])
        yield
        self._filter()
        yield
        self.outbox.show_orders(record.consequences, self.link.now(), own_zone(self.link))
        self.tabs.set_count("moves", len(record.moves))
        self.tabs.set_count("outbox", len(record.consequences))

    def _failed(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self.banner.show_message(
            Tone.BAD,
            self.tr("The ledger cannot be read"),
            str(error) if known else "",
            action=self.tr("Try again"),
            dismissable=False,
        )
        self.fill(())
        return known

    def _filter(self) -> None:
        if self.record is None:
            return
        sign = int(self.sign.currentData())
        self.moves.set_records([move for move in self.record.moves if not sign or move.amount * sign > 0])
        self.moves.set_filter(self.filter.text())

    def _copy(self) -> None:
        table: RecordTable[Any] = self.moves if self.tabs.current == "moves" else self.outbox.table
        if not table.selectionModel().selectedRows():
            table.selectAll()
        table.copy_chosen()

    def _open_move(self, move: CoinMove) -> None:
        if move.label is not None:
            self.navigate.emit("day", move.label)

    def _open_order(self, order: ConsequenceView) -> None:
        self.navigate.emit("day", order.label)

    def _turned(self, key: str) -> None:
        for widget in (self.filter, self.sign):
            widget.setVisible(key == "moves")
        self.copy.setVisible(key != "badges")

    # Orders, freezes

    def _minute(self) -> None:
        if self.isVisible():
            self.outbox.pass_time(self.link.now())

    def _settle(self, key: str, happened: bool) -> None:
        self._settling = key
        self.link.do(lambda a: a.settle(key, happened), None, self._not_settled)

    def _try_again(self, key: str) -> None:
        self._settling = key
        self.link.do(lambda a: a.try_again(key), None, self._not_settled)

    def _not_settled(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self.outbox.set_trouble(self._settling, str(error) if known else self.tr("It could not be written down."))
        return known

    def _put_on(self, coat: str) -> None:
        self.link.do(lambda actions: actions.set_preference("appearance.coat", coat))

    def _show_rewards(self, rewards: Rewards) -> None:
        self.rewards.show_rewards(rewards)
        self.tabs.set_count("badges", sum(badge.progress >= badge.needs for badge in rewards.badges))

    def _buy_freeze(self) -> None:
        self.link.do(lambda a: a.buy_freeze(), None, self._not_bought)

    def _not_bought(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self.rewards.set_trouble(str(error) if known else self.tr("It could not be written down."))
        return known

    def _move_cells(self, move: CoinMove) -> tuple[Cell, ...]:
        zone = own_zone(self.link)
        tone = Tone.GOOD if move.amount > 0 else Tone.BAD if move.amount < 0 else Tone.DIM
        return (
            Cell(stamp(move.at, zone), Tone.DIM, tip=stamp(move.at, zone, seconds=True, year=True)),
            Cell("–" if move.label is None else day_text(move.label), Tone.DIM),
            Cell(move.reason, tip=move.reason),
            Cell(signed(move.amount), tone),
            Cell(number(move.balance), Tone.PLAIN if move.balance >= 0 else Tone.BAD),
        )


def _move_needle(move: CoinMove) -> str:
    label = "" if move.label is None else f"{move.label.isoformat()} {day_text(move.label)}"
    return f"{move.reason} {signed(move.amount)} {move.amount} {label}"
