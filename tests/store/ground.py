"""A database of a test's own, facts to fill it with, and a second door into the file that no program of ours uses."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from exitzero.core import chain, facts
from exitzero.core.contract import Clause, Terms
from exitzero.core.day import Day, Hours, day_at
from exitzero.core.words import ClauseKind
from exitzero.store import journal
from exitzero.store.database import Database
from exitzero.store.tables import TRIGGERS

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LABEL = date(2026, 3, 4)
DAY = timedelta(days=1)


def now() -> datetime:
    """The same instant for every fact."""
    return NOW


def terms(target: int = 1) -> Terms:
    """The plainest contract."""
    return Terms(clauses=(Clause(ClauseKind.LEETCODE, target, subject="ada"),), zone="UTC")


def day(offset: int = 0) -> Day:
    """A day of Greenwich that ends at 23:59."""
    return day_at(NOW + offset * DAY, Hours(time(0), time(23, 59)), "UTC")


def coins(number: int, amount: int = 1) -> facts.CoinsMoved:
    """A fact that is quickly made and easily counted."""
    return facts.CoinsMoved(f"test:{number}", amount, f"test {number}", LABEL)


def record(database: Database, fact: facts.Fact) -> int:
    """One fact in a transaction of its own; gives its number."""
    return database.write(lambda unit: unit.record(fact)).result()


def fill(database: Database, count: int, *, first: int = 1) -> None:
    """That many facts, each in a transaction of its own."""
    for number in range(first, first + count):
        record(database, coins(number))


def length(database: Database) -> int:
    """The number of the newest fact."""
    return database.read(journal.tip).result()[0]


def verified(database: Database) -> chain.ChainReport:
    """The whole chain, followed."""
    return database.read(lambda session: chain.verify(journal.entries(session))).result()


@contextmanager
def behind(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as anybody with an SQLite shell opens it; what is done is committed."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def without_guards(connection: sqlite3.Connection) -> None:
    """Take the triggers off the journal."""
    for name in ("journal_is_never_edited", "journal_is_never_cut", "journal_has_no_gaps"):
        connection.execute(f"DROP TRIGGER {name}")


def with_guards(connection: sqlite3.Connection) -> None:
    """Put them back, so that nothing but the chain can tell."""
    for trigger in TRIGGERS:
        connection.execute(trigger)


def rows(session: Session) -> list[str]:
    """The reasons in the ledger, in order."""
    return [row[0] for row in session.execute(text("SELECT reason FROM coin ORDER BY seq"))]


def overwrite(path: Path, *, start: int, count: int = 4096) -> None:
    """Write zeros over a part of a file, as a dying disk does."""
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\0" * count)


class Clock:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        """The wall clock."""
        return self.at

    def monotonic(self) -> float:
        """Seconds that nobody can set."""
        return (self.at - NOW).total_seconds()

    def zone(self) -> str:
        """This machine's zone."""
        return "UTC"
