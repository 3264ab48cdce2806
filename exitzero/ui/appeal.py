"""The time for an appeal: while a failed day's deeds can still be stopped, the window says so, and until when.

It goes by the orders themselves and not by the day that is running, since a verdict mostly falls after midnight.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QWidget

from exitzero.core.outbox import State
from exitzero.core.topics import Topic, Topics
from exitzero.engine.views import ConsequenceView, Ledger
from exitzero.ui import format as words
from exitzero.ui.link import Link
from exitzero.ui.theme import Tone
from exitzero.ui.widgets.banner import Banner


class Host(Protocol):
    """The window, as far as this needs it."""

    banner: Banner

    def say(
        self, tone: Tone, title: str, advice: str = "", *, action: str = "", act: Callable[[], object] | None = None
    ) -> None: ...
    def navigate(self, key: str, target: object = None) -> None: ...


class _Told(NamedTuple):
    orders: tuple[ConsequenceView, ...]
    until: datetime


class Appeal(QObject):
    """Watches what waits for its hour and says it above the page. Lives on the Qt thread beside the window."""

    def __init__(self, link: Link, host: Host, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._host = host
        self._told: _Told | None = None
        link.watch.changed.connect(self._day_known)
        link.changed.connect(self._topics_changed)
        link.watch.minute.connect(self._pass_time)
        self._asked = False
        if link.watch.known:
            self._day_known(link.watch.today)

    @property
    def title(self) -> str:
        """What it says now, empty if nothing can be stopped."""
        if self._told is None:
            return ""
        order = self._told.orders[0]
        day, until = words.day_text(order.label), words.clock(self._told.until, self._zone())
        return _tr("{0} failed. Until {1} this can still be stopped:").format(day, until)

    def _day_known(self, _today: object) -> None:
        """The day says in whose zone the hours are told; from then on the orders tell when to ask."""
        if not self._asked:
            self._ask()

    def _ask(self) -> None:
        self._asked = True
        self._link.ask(lambda questions: questions.ledger(), self._take)

    def _topics_changed(self, topics: Topics) -> None:
        if Topic.CONSEQUENCES in topics:
            self._ask()

    def _pass_time(self) -> None:
        if self._told is not None and self._link.now() >= self._told.until:
            self._ask()

    def _take(self, ledger: Ledger) -> None:
        now = self._link.now()
        waiting = [
            order
            for order in ledger.consequences
            if order.state == State.ORDERED and order.waits_for is not None and order.waits_for > now
        ]
        newest = max((order.label for order in waiting), default=None)
        mine = tuple(order for order in waiting if order.label == newest)
        told = _Told(mine, min(order.waits_for for order in mine if order.waits_for is not None)) if mine else None
        if told == self._told:
            return
        before, self._told = self._told, told
        if told is not None:
            self._say(told)
        elif before is not None and self._host.banner.accessibleName().startswith(
            words.day_text(before.orders[0].label)
        ):
            self._host.banner.clear()

    def _say(self, told: _Told) -> None:
        # What a post costs is not what the person would save by an appeal.
        amounts = [order.amount_words if order.kind != "shame" else "" for order in told.orders]
        parts = [f"{order.title} {amount}".strip() for order, amount in zip(told.orders, amounts, strict=True)]
        advice = ", ".join(parts) + ". " + _tr("Late evidence, or an override where a source was down, calls it off.")
        self._host.say(Tone.BAD, self.title, advice, action=_tr("Open the day"), act=self._open)

    def _open(self) -> None:
        if self._told is not None:
            self._host.navigate("day", self._told.orders[0].label)

    def _zone(self) -> str:
        today = self._link.watch.today
        return today.zone if today is not None else self._link.machine_zone()


def _tr(text: str) -> str:
    return QCoreApplication.translate("appeal", text)
