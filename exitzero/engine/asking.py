"""Putting the questions to the truth sources, one at a time for each account, and having the answers written down."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from exitzero.core.errors import BadInput
from exitzero.core.finding import BEGINNING
from exitzero.core.observation import PollResult, SourceTrouble, TruthSource
from exitzero.core.timekeeping import TOLERANCE, Reading
from exitzero.engine import observe
from exitzero.engine.timekeeper import Timekeeper
from exitzero.store import tables
from exitzero.store.database import Database, Unit

UNASKED = frozenset({"rate_limited", "blocked", "schema_changed"})
"""Troubles in which not even the person's own wish may put the question again before the pause is over."""


class Asker:
    """Asks and records. Any thread of the network pool; never the Qt thread."""

    def __init__(
        self,
        database: Database,
        keeper: Timekeeper,
        sources: Mapping[str, TruthSource],
        closing: threading.Event,
    ) -> None:
        self._database = database
        self._keeper = keeper
        self._sources = sources
        self._closing = closing
        self._locks: dict[tuple[str, str], threading.Lock] = {}
        self._guard = threading.Lock()

    def ask(self, ask: observe.Ask, *, wished: bool) -> None:
        """Ask about one account. ``wished``: the person wants it now; else it is left if somebody asks just now."""
        source = self._sources.get(ask.source)
        if source is None:
            return
        with self._guard:
            lock = self._locks.setdefault((ask.source, ask.subject), threading.Lock())
        if not lock.acquire(blocking=wished):
            return
        try:
            self._ask_alone(ask, source, wished=wished)
        finally:
            lock.release()

    def _ask_alone(self, ask: observe.Ask, source: TruthSource, *, wished: bool) -> None:
        now = self._keeper.now()
        status = self._database.read(lambda session: session.get(tables.SourceRow, (ask.source, ask.subject))).result()
        if wished and status is not None and _is_held_back(status, now):
            return
        reading = self._keeper.reading()
        try:
            result = source.poll(observe.request_of(ask, now))
        except (SourceTrouble, BadInput) as trouble:
            if self._closing.is_set():
                return
            failed = trouble if isinstance(trouble, SourceTrouble) else observe.impossible_name(trouble)
            self._database.write(lambda unit: observe.record_trouble(unit, ask, failed, source, now)).result()
            return
        shrunk = self._database.read(partial(observe.totals_shrunk, ask=ask, result=result)).result()
        if shrunk is not None:
            self._database.write(lambda unit: observe.record_trouble(unit, ask, shrunk, source, now)).result()
            return
        self._record(ask, source, result, asked_at=now, reading=reading)

    def _record(
        self, ask: observe.Ask, source: TruthSource, result: PollResult, *, asked_at: datetime, reading: Reading
    ) -> None:
        if not result.tells_time:
            self._record_timeless(ask, source, result, asked_at=asked_at)
            return
        wrong = timedelta(0)
        was_wrong = bool(self._keeper.doubt)
        if result.server_at is not None:
            wrong = self._keeper.told(result.server_at, reading)
        wall, server_at = reading.wall, result.server_at
        if server_at is not None and abs(server_at - asked_at) > TOLERANCE:
            asked_at = server_at  # we asked by a wrong clock; the pauses are counted from the true time

        def work(unit: Unit) -> None:
            if wrong and server_at is not None and not was_wrong:
                observe.record_wrong_clock(unit, ask.source, wrong, wall, server_at)
            observe.record_result(unit, ask, result, source, asked_at)

        self._database.write(work).result()

    def _record_timeless(
        self, ask: observe.Ask, source: TruthSource, result: PollResult, *, asked_at: datetime
    ) -> None:
        """Write down an answer without a time of its own: it can neither confirm our clock nor vouch by a doubtful one.

        Where nobody is asked who tells the time, this machine's clock is gone by.
        """
        if not self._keeper.confirmed:
            if self._database.read(partial(observe.others_tell_time, ask=ask, now=asked_at)).result():
                result = replace(result, covers=(), server_at=None)
            else:
                self._keeper.trust()
        self._database.write(lambda unit: observe.record_result(unit, ask, result, source, asked_at)).result()


def _is_held_back(status: tables.SourceRow, now: datetime) -> bool:
    """True while not even a wish may put the question again."""
    pausing = status.reason in UNASKED and (status.retry_at or BEGINNING) > now
    return pausing and not observe.is_from_wrong_clock(status, now)
