"""The one bridge between Qt and the threads: pages ask and act here, and answers come back on the Qt thread.

Nothing on the screen may wait for a disk or a network (a stall is a lie about the countdown), and no thread may touch a
widget. So a page hands over what it wants to know together with a method of its own; the answer arrives there by a
queued signal, or nowhere at all if the page is gone by then.
"""

from __future__ import annotations

import inspect
import weakref
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.topics import Topics
from exitzero.desktop.clock import SystemClock
from exitzero.ui.watch import Watch

if TYPE_CHECKING:
    from concurrent.futures import Future

    # Names for the type checker: the first screen must not wait for records that it does not show.
    from exitzero.core.topics import Topics
    from exitzero.ui.ports import Actions, Engine, Errands, Questions, Status

T = TypeVar("T")

_AT_ONCE = 2
_GATHER_MS = 25
"""Changes that come together are told together, so that a poll with ten facts redraws a page once."""


class _Order(NamedTuple):
    """One question on its way: whom the answer is for, held weakly."""

    number: int
    then: weakref.WeakMethod[Any] | None
    failed: weakref.WeakMethod[Any] | None
    newest_only: bool


class _Line:
    """The questions to one receiver: how many are under way, and the newest of those that wait."""

    __slots__ = ("under_way", "waiting")

    def __init__(self) -> None:
        self.under_way = 0
        self.waiting: Callable[[Engine], None] | None = None


class Link(QObject):
    """Hands questions, actions and errands to the engine and brings the answers home. Lives on the Qt thread.

    ``then`` and ``failed`` are bound methods of QObjects and are called on the Qt thread, never before the call that
    asked has returned. They are held weakly. ``failed`` is told every failure; it says by returning True that it has
    shown the trouble in its own place, else the window's banner shows an :class:`OutsideTrouble`. A
    :class:`BadInput` is ``failed``'s alone. Faults of our own always reach the one dialog as well.

    What is asked before the engine is there waits for it.
    """

    changed = Signal(object)
    """The topics that were touched, a frozenset of Topic; gathered over some milliseconds."""
    ready = Signal()
    """The engine is there."""
    troubled = Signal(object)
    """An OutsideTrouble (or a BadInput that nobody took) for the banner."""
    faulted = Signal(object)
    """An exception that is a fault of our own, for the one dialog."""
    notified = Signal(object)
    """A Notice of the engine, from whatever thread, for tray and banner."""

    _arrived = Signal(object, object)
    _touched = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine: Engine | None = None
        self._clock = SystemClock()
        self._zone = ""
        self._waiting: list[Callable[[Engine], None]] = []
        self._number = 0
        self._delivered: weakref.WeakKeyDictionary[QObject, dict[str, int]] = weakref.WeakKeyDictionary()
        self._lines: weakref.WeakKeyDictionary[QObject, dict[str, _Line]] = weakref.WeakKeyDictionary()
        self._topics: set[Any] = set()
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(_GATHER_MS)
        self._gather.timeout.connect(self._tell)
        self._answers: deque[tuple[_Order, Future[Any]]] = deque()
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._deliver_one)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._touched.connect(self._gather_topics, Qt.ConnectionType.QueuedConnection)
        self.watch = Watch(self)

    @property
    def engine(self) -> Engine | None:
        """The engine, or None while it is being built."""
        return self._engine

    @property
    def status(self) -> Status | None:
        """How the engine does, or None while there is none."""
        return self._engine.status if self._engine is not None else None

    def now(self) -> datetime:
        """The reckoned time, aware, in UTC; by the wall clock while there is no engine."""
        return self._engine.now() if self._engine is not None else self._clock.now()

    def machine_zone(self) -> str:
        """The IANA name of the zone this machine stands in, as it was at the first asking."""
        if not self._zone:
            self._zone = self._clock.zone()
        return self._zone

    def attach(self, engine: Engine) -> None:
        """Take the engine into use and ask it everything that has waited. Qt thread."""
        self._engine = engine
        engine.listen(self.touch)
        waiting, self._waiting = self._waiting, []
        for order in waiting:
            order(engine)
        self.ready.emit()

    def detach(self) -> Engine | None:
        """Let go of the engine, to be closed by a worker; answers that are still under way are dropped. Qt thread."""
        engine, self._engine = self._engine, None
        self._waiting.clear()
        self._lines.clear()
        self._number += 1
        return engine

    def ask(
        self,
        question: Callable[[Questions], T],
        then: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
        *,
        newest_only: bool = True,
    ) -> None:
        """Read something. With ``newest_only`` an answer that was overtaken by a later one to ``then`` is dropped.

        Of such questions two at a time are under way and only the newest of the others waits: where days change faster
        than they are read, the answers would come later and later.
        """
        order = self._order(then, failed, newest_only)

        def send(engine: Engine) -> None:
            self._watch(engine.ask(question), order)

        if newest_only:
            line = self._lines.setdefault(cast(QObject, cast(Any, then).__self__), {}).setdefault(_name(then), _Line())
            if line.under_way >= _AT_ONCE:
                line.waiting = send
                return
            line.under_way += 1
        self._send(send)

    def do(
        self,
        action: Callable[[Actions], T],
        then: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Do something in one transaction; what it touched is told through :attr:`changed`."""
        order = self._order(then, failed, False)
        self._send(lambda engine: self._watch(engine.do(action), order))

    def run(
        self,
        errand: Callable[[Errands], T],
        then: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Ask the outside world something; it may take many seconds or fail."""
        order = self._order(then, failed, False)
        self._send(lambda engine: self._watch(engine.run(errand), order))

    def touch(self, topics: Topics) -> None:
        """Tell pages that these topics changed. Any thread."""
        if shiboken6.isValid(self):
            self._touched.emit(topics)

    def report(self, error: BaseException) -> None:
        """Show a failure where failures are shown. Qt thread."""
        if isinstance(error, (OutsideTrouble, BadInput)):
            self.troubled.emit(error)
        else:
            import logging

            logging.getLogger(__name__).error("a fault of our own", exc_info=error)
            self.faulted.emit(error)

    def _order(
        self, then: Callable[[Any], object] | None, failed: Callable[[Exception], object] | None, newest_only: bool
    ) -> _Order:
        self._number += 1
        return _Order(self._number, _weak(then), _weak(failed), newest_only)

    def _send(self, order: Callable[[Engine], None]) -> None:
        if self._engine is None:
            self._waiting.append(order)
        else:
            order(self._engine)

    def _watch(self, future: Future[Any], order: _Order) -> None:
        def bring(done: Future[Any]) -> None:
            # In whatever thread finished it; the window may be gone by now.
            if shiboken6.isValid(self):
                self._arrived.emit(order, done)

        future.add_done_callback(bring)

    def _deliver(self, order: _Order, future: Future[Any]) -> None:
        # Answers that come together are shown one in a turn of the loop, so that none waits behind all of them.
        self._answers.append((order, future))
        if not self._turn.isActive():
            self._turn.start()

    def _deliver_one(self) -> None:
        order, future = self._answers.popleft()
        if self._answers:
            self._turn.start()
        self._let_next_go(order)
        if self._engine is None or future.cancelled():
            return
        error = future.exception()
        if error is None:
            self._hand_over(order, future.result())
        else:
            self._fail(order, error)

    def _let_next_go(self, order: _Order) -> None:
        then = _alive(order.then)
        if then is None or not order.newest_only:
            return
        line = self._lines.get(then.__self__, {}).get(_name(then))
        if line is None:
            return
        send, line.waiting = line.waiting, None
        if send is not None and self._engine is not None:
            send(self._engine)
        else:
            line.under_way -= 1

    def _hand_over(self, order: _Order, answer: object) -> None:
        then = _alive(order.then)
        if then is None:
            return
        if order.newest_only:
            seen = self._delivered.setdefault(then.__self__, {})
            if seen.get(then.__name__, 0) > order.number:
                return
            seen[then.__name__] = order.number
        then(answer)

    def _fail(self, order: _Order, error: BaseException) -> None:
        failed = _alive(order.failed)
        shown = failed is not None and failed(error) is True
        if isinstance(error, BadInput):
            if failed is None:
                self.report(error)
        elif not (shown and isinstance(error, OutsideTrouble)):
            self.report(error)

    def _gather_topics(self, topics: Topics) -> None:
        self._topics |= topics
        if not self._gather.isActive():
            self._gather.start()

    def _tell(self) -> None:
        topics, self._topics = frozenset(self._topics), set()
        self.changed.emit(topics)


def _name(method: Callable[..., object]) -> str:
    return str(cast(Any, method).__name__)


def _weak(method: Callable[..., object] | None) -> weakref.WeakMethod[Any] | None:
    if method is None:
        return None
    if not inspect.ismethod(method) or not isinstance(method.__self__, QObject):
        raise TypeError("answers go to bound methods of QObjects, so that a page that died gets none")
    return weakref.WeakMethod(cast(Any, method))


def _alive(method: weakref.WeakMethod[Any] | None) -> Any:
    found = method() if method is not None else None
    return found if found is not None and shiboken6.isValid(found.__self__) else None
