"""Writing facts into the journal and reading them back, page by page."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert
from sqlmodel import Session, col, select

from exitzero.core import chain, facts
from exitzero.core.codec import canonical
from exitzero.store.tables import JournalRow

_TIP = "journal.tip"
"""Where a session keeps the number and hash of what it wrote last, with the transaction in which that holds."""

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""What stands for a time that somebody edited into no time at all."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact with its place in the journal. ``at`` is when it was written down."""

    seq: int
    at: datetime
    fact: facts.Fact


def append(session: Session, fact: facts.Fact, at: datetime) -> int:
    """Write one fact at the end, sealed; gives its number. Must run in a write transaction."""
    transaction = session.get_transaction()
    kept = session.info.get(_TIP)
    # A write transaction is alone, so within one only the first entry has to look up what it follows.
    newest, previous = kept[1:] if kept is not None and kept[0] is transaction else tip(session)
    seq = newest + 1
    stamp = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    kind, payload = type(fact).__name__, canonical(facts.encode(fact))
    sealed = chain.seal(seq, stamp, kind=kind, version=fact.VERSION, payload=payload, previous=previous)
    # Not as an object: entries are only ever added, and a session that tracks them doubles the price of a fact.
    session.execute(
        insert(JournalRow),
        {
            "seq": seq,
            "at": stamp,
            "kind": kind,
            "version": fact.VERSION,
            "label": facts.label_of(fact),
            "payload": payload,
            "previous": previous,
            "hash": sealed,
        },
    )
    session.info[_TIP] = (transaction, seq, sealed)
    return seq


def recorded(row: JournalRow) -> Recorded:
    """A row as the fact it holds; one that somebody edited beyond reading is shown as it is, and the chain tells."""
    try:
        at = datetime.fromisoformat(row.at).astimezone(UTC)
    except ValueError:
        at = _NEVER
    try:
        fact = facts.decode(row.kind, row.version, json.loads(row.payload))
    except (ValueError, TypeError, LookupError, AttributeError):
        fact = facts.UnreadableFact(row.kind, row.payload)
    return Recorded(row.seq, at, fact)


def page(session: Session, first: int, count: int) -> list[Recorded]:
    """``count`` entries from number ``first`` on."""
    rows = session.exec(select(JournalRow).where(JournalRow.seq >= first).order_by(col(JournalRow.seq)).limit(count))
    return [recorded(row) for row in rows]


def newest(session: Session, count: int) -> list[Recorded]:
    """The last ``count`` entries, oldest first."""
    rows = session.exec(select(JournalRow).order_by(col(JournalRow.seq).desc()).limit(count)).all()
    return [recorded(row) for row in reversed(rows)]


def of_kinds(session: Session, kinds: Sequence[type[facts.Fact]], *, since: int = 0) -> Iterator[Recorded]:
    """All entries of these kinds after number ``since``, in order."""
    names = [kind.__name__ for kind in kinds]
    statement = (
        select(JournalRow)
        .where(col(JournalRow.kind).in_(names), JournalRow.seq > since)
        .order_by(col(JournalRow.seq))
        .execution_options(yield_per=1000)
    )
    return (recorded(row) for row in session.exec(statement))


def of_day(session: Session, label: object) -> list[Recorded]:
    """All entries about a day, in order."""
    rows = session.exec(select(JournalRow).where(JournalRow.label == label).order_by(col(JournalRow.seq)))
    return [recorded(row) for row in rows]


def entries(session: Session, *, after: int = 0) -> Iterator[chain.Entry]:
    """The stored texts after number ``after``, for the chain."""
    columns = (
        JournalRow.seq,
        JournalRow.at,
        JournalRow.kind,
        JournalRow.version,
        JournalRow.payload,
        JournalRow.previous,
        JournalRow.hash,
    )
    statement = (
        select(*columns)  # type: ignore[call-overload]
        .where(JournalRow.seq > after)
        .order_by(col(JournalRow.seq))
        .execution_options(yield_per=5000)
    )
    return (chain.Entry(*row) for row in session.execute(statement))


def tip(session: Session) -> tuple[int, str]:
    """Number and hash of the newest entry."""
    row = session.execute(select(JournalRow.seq, JournalRow.hash).order_by(col(JournalRow.seq).desc()).limit(1)).first()
    return (row[0], row[1]) if row else (0, chain.GENESIS)


def hash_at(session: Session, seq: int) -> str | None:
    """The hash that entry ``seq`` has now; ``None`` if there is no such entry."""
    if seq == 0:
        return chain.GENESIS
    return session.exec(select(JournalRow.hash).where(JournalRow.seq == seq)).first()
