"""The outbox: every order of a failed day, followed until it is confirmed, called off or settled by the person.

What needs the person stands first, with the buttons for it; all the rest is a table to be read.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.outbox import State as Order
from exitzero.engine.views import ConsequenceView
from exitzero.ui import format as words
from exitzero.ui import theme
from exitzero.ui.format import day_text
from exitzero.ui.pages.fields import Selectable
from exitzero.ui.pages.layout import Flow, empty_layout
from exitzero.ui.pages.record_table import ROW, Cell, Column, RecordTable
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Button, Card, Chip, Kind, Text


class Shown(NamedTuple):
    """A state of the outbox as shape and word."""

    state: State
    word: str


def order_state(word: str) -> Shown:
    """Shape and word of an order's state; a word that is not known is shown as it is, as unknown."""
    tr = QCoreApplication.translate
    known = {
        Order.ORDERED: Shown(State.AT_RISK, tr("Outbox", "waiting")),
        Order.ATTEMPTED: Shown(State.AT_RISK, tr("Outbox", "attempted")),
        Order.FAILED: Shown(State.FAILED, tr("Outbox", "failed, tried again")),
        Order.UNKNOWN: Shown(State.UNKNOWN, tr("Outbox", "unknown")),
        Order.CONFIRMED: Shown(State.SAFE, tr("Outbox", "confirmed")),
        Order.CANCELLED: Shown(State.REST, tr("Outbox", "called off")),
        Order.GIVEN_UP: Shown(State.FAILED, tr("Outbox", "given up")),
        Order.SETTLED_DONE: Shown(State.SAFE, tr("Outbox", "happened, settled by hand")),
        Order.SETTLED_UNDONE: Shown(State.REST, tr("Outbox", "did not happen, settled by hand")),
    }
    return known[Order(word)] if word in set(Order) else Shown(State.UNKNOWN, word)


def when_words(order: ConsequenceView, now: datetime, zone: str) -> str:
    """What comes next and when, or when it last changed."""
    tr = QCoreApplication.translate
    if order.state == Order.ORDERED and order.waits_for is not None and order.waits_for > now:
        at, left = words.clock(order.waits_for, zone), words.span(order.waits_for - now)
        return tr("Outbox", "not before {0}, in {1}").format(at, left)
    if order.state == Order.FAILED and order.retry_at is not None:
        if order.retry_at <= now:
            return tr("Outbox", "again now")
        return tr("Outbox", "again at {0}, in {1}").format(
            words.clock(order.retry_at, zone), words.span(order.retry_at - now)
        )
    return words.when(order.changed_at, now, zone)


class Outbox(QWidget):
    """Shows orders. ``settled`` carries an order's key and whether it had happened."""

    settled = Signal(str, bool)
    again_wanted = Signal(str)
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._orders: tuple[ConsequenceView, ...] = ()
        self._now: datetime | None = None
        self._zone = ""
        self.cards: dict[str, NeedsYou] = {}
        self._needs = QVBoxLayout()
        self._needs.setSpacing(theme.GAP)
        self._needs.setContentsMargins(11, 11, 11, 0)
        self.table: RecordTable[ConsequenceView] = RecordTable(
            (
                Column(self.tr("Day"), 104),
                Column(self.tr("What"), 196),
                Column(self.tr("How much"), 128, mono=True),
                Column(self.tr("State"), 220),
                Column(self.tr("When"), 212),
                Column(self.tr("Tries"), 52, mono=True, right=True),
                Column(self.tr("Receipt, or what went wrong"), least=240),
            ),
            self._cells,
            name=self.tr("Outbox of consequences"),
            empty=self.tr(
                "No failed day has ordered anything. What one orders is followed here until it is confirmed."
            ),
        )
        self.table.opened.connect(self.opened)
        self.table.setMinimumHeight(ROW * 7)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._needs)
        column.addWidget(self.table, 1)

    def show_orders(self, orders: Sequence[ConsequenceView], now: datetime, zone: str) -> None:
        """Show these, newest day first."""
        self._orders, self._now, self._zone = tuple(orders), now, zone
        self.table.set_records(self._orders)
        needy = [order for order in self._orders if order.state in {Order.UNKNOWN, Order.GIVEN_UP}]
        if {order.key: order for order in needy} == {key: card.order for key, card in self.cards.items()}:
            return
        empty_layout(self._needs)
        self.cards = {}
        for order in needy:
            card = NeedsYou(order)
            card.settled.connect(self.settled)
            card.again_wanted.connect(self.again_wanted)
            self.cards[order.key] = card
            self._needs.addWidget(card)

    def pass_time(self, now: datetime) -> None:
        """Count down what waits."""
        if any(order.waits_for or order.retry_at for order in self._orders):
            self._now = now
            self.table.make_anew()

    def set_trouble(self, key: str, message: str) -> None:
        """Say why an order could not be settled."""
        if key in self.cards:
            self.cards[key].set_trouble(message)

    def _cells(self, order: ConsequenceView) -> tuple[Cell, ...]:
        shown = order_state(order.state)
        now = self._now or order.changed_at
        told = order.receipt if order.state == Order.CONFIRMED else order.words or order.receipt
        return (
            Cell(day_text(order.label)),
            Cell(order.title or order.kind, tip=order.text),
            Cell(order.amount_words),
            Cell(shown.word, Tone.PLAIN, shown.state),
            Cell(when_words(order, now, self._zone), Tone.DIM),
            Cell(str(order.attempts), Tone.DIM),
            Cell(told or "–", Tone.DIM, tip=told),
        )


class NeedsYou(Card):
    """An order that only the person can bring to an end."""

    settled = Signal(str, bool)
    again_wanted = Signal(str)

    def __init__(self, order: ConsequenceView, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.order = order
        shown = order_state(order.state)
        self.set_accent(shown.state)
        head = QHBoxLayout()
        head.setSpacing(10)
        title = order.title or order.kind
        head.addWidget(Text(title, Role.STRONG14))
        head.addWidget(Text(f"{day_text(order.label)}  {order.amount_words}".rstrip(), Role.MONO12, Tone.DIM), 1)
        head.addWidget(Chip(shown.state, shown.word))
        self.body.setSpacing(6)
        self.body.addLayout(head)
        if order.words:
            told = Text(order.words, Role.BODY13, wrap=True)
            told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self.body.addWidget(told)
        if order.text:
            self.body.addWidget(Selectable(order.text, Role.MONO12, Tone.DIM))
        self.trouble = Text("", Role.BODY13, Tone.BAD, wrap=True)
        self.trouble.hide()
        deeds = Flow()
        self.buttons: list[Button] = []
        if order.state == Order.UNKNOWN:
            self._look_at(deeds)
            self.happened = Button(self.tr("It happened"), small=True)
            self.happened.clicked.connect(partial(self._settle, True))
            self.not_happened = Button(self.tr("It did not happen"), small=True)
            self.not_happened.clicked.connect(partial(self._settle, False))
            self.buttons += [self.happened, self.not_happened]
        else:
            self.again = Button(self.tr("Try again"), Kind.PLAIN, small=True)
            self.again.clicked.connect(self._again)
            self.buttons.append(self.again)
        for button in self.buttons:
            deeds.addWidget(button)
        self.body.addWidget(self.trouble)
        self.body.addLayout(deeds)
        self.setAccessibleName(f"{title}, {shown.word}")

    def set_trouble(self, message: str) -> None:
        """Say why it could not be settled."""
        for button in self.buttons:
            button.set_busy(False)
        self.trouble.setText(message)
        self.trouble.setVisible(bool(message))

    def _look_at(self, deeds: Flow) -> None:
        """A page to look at is opened; anything else is named."""
        if self.order.look_at.startswith(("https://", "http://")):
            look = Button(self.tr("Look at {0}").format(self.order.look_at.split("://", 1)[1]), small=True)
            look.clicked.connect(self._open)
            deeds.addWidget(look)
        elif self.order.look_at:
            label = Text(self.tr("Look at {0}.").format(self.order.look_at), Role.BODY13, Tone.UNKNOWN)
            label.setMinimumHeight(28)
            deeds.addWidget(label)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl(self.order.look_at))

    def _settle(self, happened: bool) -> None:
        for button in self.buttons:
            button.set_busy(True)
        self.settled.emit(self.order.key, happened)

    def _again(self) -> None:
        self.again.set_busy(True)
        self.again_wanted.emit(self.order.key)
