"""Ten years of plausible days, written in bulk: what the benchmarks hold against an empty file.

The rows are those that the engine would have written (sealed, folded), only not one by one. A file is built once and
kept in the temporary folder; each benchmark works on a copy.
"""

import shutil
import tempfile
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from exitzero import catalogue
from exitzero.build import build_engine
from exitzero.core import chain, facts
from exitzero.core.codec import canonical, to_plain
from exitzero.core.contract import Clause, Terms
from exitzero.core.day import Day, day_after, day_at
from exitzero.core.finding import Finding
from exitzero.core.observation import Difficulty, Observation
from exitzero.core.spans import Span
from exitzero.core.verdict import Outcome
from exitzero.core.words import ClauseKind, ClauseState
from exitzero.desktop import paths
from exitzero.desktop.clock import SystemClock
from exitzero.desktop.vault import MemoryVault
from exitzero.store import tables
from exitzero.store.database import Database
from exitzero.store.migrate import migrate
from exitzero.store.opening import SCHEMA, connect

USER = "bench"
ORIGIN = "http://127.0.0.1:1"
ZONE = "UTC"
TERMS = Terms(clauses=(Clause(ClauseKind.LEETCODE, 2, subject=USER),), zone=ZONE)
PLACE = datetime(2001, 1, 1, tzinfo=UTC)
"""Stands in a payload for the instant of each poll."""


def kept(name: str, *, days: int, polls: int, ago: int) -> Path:
    """A data folder with so many days that end ``ago`` days before today, built if it is not there yet."""
    today = SystemClock().now().date()
    folder = (
        Path(tempfile.gettempdir()) / f"exitzero-bench-{name}-{SCHEMA}-{days}-{polls}-{today - timedelta(days=ago)}"
    )
    if not folder.exists():
        making = folder.with_name(folder.name + ".making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        write(paths.database_file(making), first=today - timedelta(days=ago + days - 1), days=days, polls=polls)
        making.rename(folder)
    return folder


def copy(folder: Path, to: Path) -> Path:
    """A data folder of a benchmark's own."""
    shutil.copytree(folder, to)
    return to


def settle(folder: Path, url: str) -> None:
    """Let an engine bring the file up to now: today opened, the source asked, the chain followed, a backup made."""
    engine = build_engine(folder, mode="command", vault=MemoryVault(), urls=dict.fromkeys(catalogue.SOURCES, url))
    try:
        engine.judge()
        engine.keeping.verify_new()
        engine.keeping.back_up_daily()
    finally:
        engine.close()


def one_day(folder: Path, url: str) -> Path:
    """A data folder with today's contract only."""
    engine = build_engine(folder, mode="command", vault=MemoryVault(), urls=dict.fromkeys(catalogue.SOURCES, url))
    try:
        engine.do(lambda actions: actions.adopt(TERMS)).result()
    finally:
        engine.close()
    settle(folder, url)
    return folder


def write(path: Path, *, first: date, days: int, polls: int) -> None:
    """Write the file."""
    migrate(path)
    rows: dict[type[SQLModel], list[dict[str, Any]]] = {}
    connection = connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    # The guards look up the newest entry for every row; they are put back below.
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO journal (seq, at, kind, version, label, payload, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        _sealed(_entries(rows, first=first, days=days, polls=polls)),
    )
    connection.execute("COMMIT")
    for trigger in tables.TRIGGERS:
        connection.execute(trigger)
    connection.close()
    database = Database(path, SystemClock().now)
    try:
        database.write(lambda unit: _fold(unit.session, rows)).result()
    finally:
        database.close()


def _fold(session: Session, rows: dict[type[SQLModel], list[dict[str, Any]]]) -> None:
    for table, values in rows.items():
        session.execute(insert(table), values)


Entry = tuple[str, str, int, str | None, str]


def _sealed(entries: Iterator[Entry]) -> Iterator[tuple[Any, ...]]:
    previous = chain.GENESIS
    for seq, (at, kind, version, label, payload) in enumerate(entries, 1):
        sealed = chain.seal(seq, at, kind=kind, version=version, payload=payload, previous=previous)
        yield seq, at, kind, version, label, payload, previous, sealed
        previous = sealed


def _stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _entry(at: datetime, fact: facts.Fact) -> Entry:
    label = facts.label_of(fact)
    payload = canonical(facts.encode(fact))
    return _stamp(at), type(fact).__name__, fact.VERSION, label.isoformat() if label else None, payload


def _entries(
    rows: dict[type[SQLModel], list[dict[str, Any]]], *, first: date, days: int, polls: int
) -> Iterator[Entry]:
    random = Random(1)
    starts = datetime.combine(first, time(), tzinfo=UTC)
    yield _entry(starts, facts.ContractAdopted(1, first, TERMS))
    rows[tables.ContractRow] = [
        {"number": 1, "effective": first, "adopted_at": starts, "terms": canonical(to_plain(TERMS))}
    ]
    for table in (tables.DayRow, tables.ObservationRow, tables.CoinRow, tables.EvidenceRow, tables.RungRow):
        rows[table] = []
    day = day_at(starts, TERMS.hours, ZONE)
    seq = 1
    for _ in range(days):
        for entry in _day(rows, day, random, polls, seq + 1):
            seq += 1
            yield entry
        day = day_after(day, TERMS.hours, ZONE)
    rows[tables.CoverRow] = [{"source": "leetcode", "subject": USER, "start": starts, "end": day.starts}]
    rows[tables.SourceRow] = [
        {"source": "leetcode", "subject": USER, "asked_at": day.starts, "last_good": day.starts, "origin": ORIGIN}
    ]


def _day(
    rows: dict[type[SQLModel], list[dict[str, Any]]], day: Day, random: Random, polls: int, seq: int
) -> Iterator[Entry]:
    label, written = day.label, 0
    failed = random.random() < 0.15
    solved = random.choice((0, 1)) if failed else random.choice((2, 2, 3, 4))
    minutes = sorted(random.sample(range(8 * 60, 23 * 60), solved))
    keys: list[str] = []
    digest = _evidence(rows, day.starts, random)
    poll = _poll_payload(digest)
    yield _entry(day.starts, facts.DayOpened(label, day, 1))
    for number in range(polls):
        at = day.starts + timedelta(days=1) * (number + 1) / (polls + 1)
        while minutes and day.starts + timedelta(minutes=minutes[0]) <= at:
            digest = _evidence(rows, at, random)
            poll = _poll_payload(digest)
            minute = minutes.pop(0)
            seen = Observation(
                "leetcode",
                USER,
                f"{label:%Y%m%d}{minute}",
                day.starts + timedelta(minutes=minute),
                f"problem-{random.randrange(2500)}",
                f"Problem {random.randrange(2500)} of the Long List",
                random.choice(list(Difficulty)),
            )
            keys.append(seen.key)
            rows[tables.ObservationRow].append(
                {
                    "source": seen.source,
                    "subject": seen.subject,
                    "key": seen.key,
                    "at": seen.at,
                    "item": seen.item,
                    "title": seen.title,
                    "difficulty": seen.difficulty,
                    "evidence": digest,
                    "official": False,
                    "seen_at": at,
                }
            )
            written += 1
            yield _entry(at, facts.ObservationRecorded(seen, digest, False))
        stamp = _stamp(at)
        written += 1
        yield stamp, "SourcePolled", 1, None, poll.replace(_stamp(PLACE), stamp)
    yield from _verdict(rows, day, keys, seq + written + 1, failed=failed)


def _verdict(
    rows: dict[type[SQLModel], list[dict[str, Any]]], day: Day, keys: list[str], seq: int, *, failed: bool
) -> Iterator[Entry]:
    label = day.label
    if failed:
        due = day.deadline - timedelta(minutes=239)
        rows[tables.RungRow].append({"label": label, "name": "warning", "due": due, "at": due, "missing": "LeetCode"})
        yield _entry(due, facts.RungFired(label, "warning", due, False, ("LeetCode",)))
        seq += 1
    finding = Finding(
        ClauseKind.LEETCODE,
        ClauseState.NOT_MET if failed else ClauseState.MET,
        len(keys),
        2,
        50,
        "missing" if failed else "proved",
        f"{len(keys)} of 2, proved.",
        keys=tuple(keys),
    )
    outcome, code = (Outcome.FAILED, 1) if failed else (Outcome.SUCCESS, 0)
    judged_at = day.closes + timedelta(minutes=11)
    yield _entry(judged_at, facts.DayJudged(label, outcome, code, 1, (finding,)))
    rows[tables.DayRow].append(
        {
            "label": label,
            "zone": day.zone,
            "starts": day.starts,
            "deadline": day.deadline,
            "closes": day.closes,
            "ends": day.ends,
            "contract": 1,
            "outcome": outcome,
            "exit_code": code,
            "findings": canonical(to_plain((finding,))),
            "judged_at": judged_at,
        }
    )
    amount = -50 if failed else 10
    key = f"coins:{label}" if failed else f"success:{label}"
    yield _entry(judged_at, facts.CoinsMoved(key, amount, f"{label} exited {code}", label))
    rows[tables.CoinRow].append(
        {
            "key": key,
            "seq": seq + 1,
            "at": judged_at,
            "amount": amount,
            "reason": f"{label} exited {code}",
            "label": label,
        }
    )


def _poll_payload(digest: str) -> str:
    return canonical(
        facts.encode(
            facts.SourcePolled(
                source="leetcode",
                subject=USER,
                asked_at=PLACE,
                server_at=PLACE,
                covers=(Span(PLACE, PLACE),),
                solved=None,
                accepted=None,
                new_rows=0,
                evidence=(digest,),
                parser="leetcode/1",
                origin=ORIGIN,
                official=False,
            )
        )
    )


def _evidence(rows: dict[type[SQLModel], list[dict[str, Any]]], at: datetime, random: Random) -> str:
    """A raw answer of the usual size; what it says is of no matter here."""
    body = random.randbytes(1_200)
    digest = sha256(body).hexdigest()
    rows[tables.EvidenceRow].append(
        {
            "digest": digest,
            "body": zlib.compress(body),
            "size": len(body),
            "content_type": "application/json",
            "status": 200,
            "origin": ORIGIN,
            "official": False,
            "parser": "leetcode/1",
            "asked_at": at,
            "server_at": at,
        }
    )
    return digest
