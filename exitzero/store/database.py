"""The one way to the database: a writer thread that owns the only write connection, and read-only readers.

A piece of work is a function that gets a :class:`Unit`; all it records and changes is one transaction. Listeners then
hear which topics it touched. Nothing here may be called from the Qt thread and waited for.
"""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool
from sqlmodel import Session

from exitzero.core.facts import Fact
from exitzero.core.topics import Topic, Topics
from exitzero.store import journal
from exitzero.store.folding import fold
from exitzero.store.opening import connect
from exitzero.store.trouble import StoreTrouble, translated

log = logging.getLogger(__name__)
T = TypeVar("T")
READERS = 2


class Unit:
    """One transaction under way: record facts, change ordinary tables through ``session``, say what was touched."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self.touched: set[Topic] = set()
        self.recorded: list[Fact] = []

    def record(self, fact: Fact) -> int:
        """Write a fact into the journal and let it change the folded tables; gives its number."""
        seq = journal.append(self.session, fact, self.now)
        self.touched |= fold(self.session, fact, self.now, seq)
        self.session.flush()
        self.recorded.append(fact)
        return seq

    def touch(self, *topics: Topic) -> None:
        """Say that ordinary tables about these topics were changed."""
        self.touched.update(topics)


class Database:
    """An open database. ``now`` gives the instant that facts are stamped with, and is asked in the writer thread."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self.path = path
        self._now = now
        self._listeners: list[Callable[[Topics], None]] = []
        self._before_commit: list[Callable[[Unit], None]] = []
        self._writing = _engine(path, read_only=False)
        self._reading = _engine(path, read_only=True)
        self._queue: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="exitzero-reader")
        self._version: int | None = None
        self._closed = False
        self._closing = threading.Lock()
        self._writer = threading.Thread(target=self._write_all, name="exitzero-writer", daemon=True)
        self._writer.start()
        self._in_writer(self._has_new_version)  # what is there now is no news

    def listen(self, listener: Callable[[Topics], None]) -> None:
        """Call ``listener`` with the touched topics after each commit, in the writer thread."""
        self._listeners.append(listener)

    def before_commit(self, hook: Callable[[Unit], None]) -> None:
        """Call ``hook`` at the end of each piece of work that touched something, in its transaction."""
        self._before_commit.append(hook)

    def write(self, work: Callable[[Unit], T]) -> Future[T]:
        """Run ``work`` in one transaction; the future holds its result, or :class:`StoreTrouble`, or its own error."""
        return self._in_writer(lambda: self._write_and_tell(work))

    def _in_writer(self, job: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        with self._closing:
            if self._closed:
                future.set_exception(StoreTrouble("ExitZero is closing.", "", reason="closing"))
            else:
                self._queue.put((job, future))
        return future

    def read(self, question: Callable[[Session], T]) -> Future[T]:
        """Ask ``question`` over one consistent state; rows must not leave it."""
        try:
            return self._readers.submit(self._answer, question)
        except RuntimeError:
            future: Future[T] = Future()
            future.set_exception(StoreTrouble("ExitZero is closing.", "", reason="closing"))
            return future

    def changed_elsewhere(self) -> bool:
        """True once after another process has written anything. Blocks shortly; for the engine's own threads."""
        return self._in_writer(self._has_new_version).result()

    def _has_new_version(self) -> bool:
        # SQLite counts for each connection what all others commit, and in this process only this one writes.
        with _trouble_told(), self._writing.connect() as connection:
            raw: Any = connection.connection.driver_connection
            version = raw.execute("PRAGMA data_version").fetchone()[0]
        changed = self._version is not None and version != self._version
        self._version = version
        return changed

    def announce(self, topics: Topics) -> None:
        """Tell the listeners about changes that another process made."""
        for listener in self._listeners:
            try:
                listener(topics)
            except Exception:
                # The writer must outlive whoever listens, or nothing would ever be saved again.
                log.exception("a listener failed")

    def close(self) -> None:
        """Finish what was asked, stop the threads, close the file. May be called twice."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._writer.join()
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._reading.dispose()
        self._writing.dispose()

    def _answer(self, question: Callable[[Session], T]) -> T:
        with _trouble_told(), Session(self._reading, expire_on_commit=False) as session:
            return question(session)

    def _write_all(self) -> None:
        while (job := self._queue.get()) is not None:
            work, future = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - handed to whoever asked, none is swallowed
                future.set_exception(error)
                continue
            future.set_result(result)

    def _write_and_tell(self, work: Callable[[Unit], T]) -> T:
        result, touched = self._write_one(work)
        # Listeners first, so that whoever waits for the result finds the screen already told.
        if touched:
            self.announce(touched)
        return result

    def _write_one(self, work: Callable[[Unit], T]) -> tuple[T, Topics]:
        with _trouble_told(), Session(self._writing, expire_on_commit=False) as session, session.begin():
            session.connection()  # BEGIN IMMEDIATE now: the time is read after the wait for the lock
            unit = Unit(session, self._now())
            result = work(unit)
            if unit.touched:
                for hook in self._before_commit:
                    hook(unit)
            session.commit()
        return result, frozenset(unit.touched)


@contextmanager
def _trouble_told() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        trouble = translated(error)
        if trouble is None:
            raise
        raise trouble from error


def _engine(path: Path, *, read_only: bool) -> Engine:
    def creator() -> sqlite3.Connection:
        return connect(path, read_only=read_only)

    if read_only:
        engine = create_engine("sqlite://", creator=creator, poolclass=QueuePool, pool_size=READERS)
    else:
        engine = create_engine("sqlite://", creator=creator, poolclass=StaticPool)
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
