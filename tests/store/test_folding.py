"""The folded tables are what the journal gives, whenever it is folded."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel

from exitzero.core import facts
from exitzero.core.finding import Finding
from exitzero.core.observation import Difficulty, Observation
from exitzero.core.spans import Span, merge
from exitzero.core.topics import Topic
from exitzero.core.verdict import Outcome
from exitzero.core.words import ClauseKind, ClauseState
from exitzero.engine.keeping import _folded_again
from exitzero.store import journal, tables
from exitzero.store.database import Database
from exitzero.store.folding import clear_folded, fold, folded_state
from tests.store.ground import LABEL, NOW, coins, day, terms

hours = st.integers(-72, 72).map(lambda count: NOW + timedelta(hours=count))
spans = st.lists(st.tuples(hours, hours).map(lambda pair: Span(min(pair), max(pair))), max_size=3).map(tuple)
sources = st.sampled_from(["leetcode", "leetcode_cn"])
subjects = st.sampled_from(["ada", "grace"])
labels = st.integers(0, 3).map(lambda number: LABEL + timedelta(days=number))
words = st.sampled_from(["", "why", "Ü ✓"])
findings = st.lists(
    st.builds(
        Finding,
        kind=st.just(ClauseKind.LEETCODE),
        state=st.sampled_from(ClauseState),
        count=st.integers(0, 3),
        target=st.integers(1, 3),
        weight=st.just(50),
        reason=words,
        words=words,
        due=st.booleans(),
    ),
    max_size=2,
).map(tuple)
totals = st.none() | st.integers(0, 3)

anything = st.one_of(
    st.builds(
        facts.ObservationRecorded,
        observation=st.builds(
            Observation,
            source=sources,
            subject=subjects,
            key=st.sampled_from("abc"),
            at=hours,
            item=st.just("two-sum"),
            title=words,
            difficulty=st.none() | st.sampled_from(Difficulty),
        ),
        evidence=words,
        official=st.booleans(),
    ),
    st.builds(
        facts.SourcePolled,
        source=sources,
        subject=subjects,
        asked_at=hours,
        server_at=st.none() | hours,
        covers=spans,
        solved=totals,
        accepted=totals,
        new_rows=st.integers(0, 2),
        evidence=st.lists(words, max_size=2).map(tuple),
        parser=st.just("p"),
        origin=words,
        official=st.booleans(),
    ),
    st.builds(
        facts.SourceFailed,
        source=sources,
        subject=subjects,
        asked_at=hours,
        reason=words,
        title=words,
        advice=words,
        retry_at=st.none() | hours,
        origin=words,
        official=st.booleans(),
    ),
    st.builds(facts.DayHeld, label=labels, reasons=st.lists(words, max_size=2).map(tuple)),
    st.builds(
        facts.DayJudged,
        label=labels,
        outcome=st.sampled_from(Outcome),
        exit_code=st.sampled_from([0, 1, 69]),
        contract=st.just(1),
        findings=findings,
        spared=words,
    ),
    st.builds(
        facts.VerdictCorrected, label=labels, outcome=st.just(Outcome.SUCCESS), exit_code=st.just(0), findings=findings
    ),
    st.builds(facts.DayOverridden, label=labels, reason=words, outage=words),
    st.builds(facts.PassUsed, label=labels, price=st.just(25), reason=words),
    st.builds(facts.BetPlaced, label=labels, amount=st.integers(1, 5)),
    st.builds(
        facts.DayTightened,
        label=labels,
        day=st.builds(lambda offset: day(offset), st.integers(0, 3)),  # noqa: PLW0108
    ),
    st.builds(facts.EngineStarted, version=st.just("1"), mode=words),
)
"""Facts that may stand in any order after the days were opened, also in orders that no engine would write."""

BEFORE: tuple[facts.Fact, ...] = (
    facts.ContractAdopted(1, LABEL, terms()),
    *(facts.DayOpened(day(offset).label, day(offset), 1) for offset in range(4)),
)


def once_each(count: int) -> list[facts.Fact]:
    """Facts that may stand only once, under keys of their own."""
    label = LABEL + timedelta(days=count)
    return [
        coins(count, count - 2),
        facts.RungFired(label, f"rung {count}", NOW, urgent=False, missing=("leetcode",)),
        facts.RungMissed(label, f"missed {count}", NOW),
        facts.ConsequenceOrdered(f"k{count}", "coins", label, 5),
        facts.ConsequenceAttempted(f"k{count}", label, 1),
        facts.ConsequenceConfirmed(f"k{count}", label, "done")
        if count % 2
        else facts.ConsequenceCancelled(f"k{count}", label, "why"),
    ]


@contextmanager
def in_memory() -> Iterator[Session]:
    """An empty file's tables, in memory."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def state(session: Session) -> dict[str, list[dict[str, Any]]]:
    """The tables as plain rows."""
    session.flush()
    return folded_state(session)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(anything, max_size=25))
def test_folding_again_gives_the_same_tables(drawn: list[facts.Fact]) -> None:
    """Row for row, from the stored texts alone, in the file itself after clearing and in a fresh one."""
    with in_memory() as session:
        once = [fact for number in range(3) for fact in once_each(number)]
        for fact in (*BEFORE, *once, *drawn):
            seq = journal.append(session, fact, NOW + timedelta(seconds=1))
            assert Topic.JOURNAL in fold(session, fact, NOW + timedelta(seconds=1), seq)
            session.flush()
        before = state(session)
        assert _folded_again(session) == before
        clear_folded(session)
        assert not any(state(session).values())
        for recorded in journal.page(session, 1, 999):
            fold(session, recorded.fact, recorded.at, recorded.seq)
            session.flush()
        assert state(session) == before


@settings(max_examples=40)
@given(st.lists(spans, max_size=8))
def test_the_covered_spans_are_the_union_of_what_was_vouched_for(vouched: list[tuple[Span, ...]]) -> None:
    """In whatever order and however they overlap."""
    with in_memory() as session:
        for seq, covers in enumerate(vouched, 1):
            polled = facts.SourcePolled("leetcode", "ada", NOW, NOW, covers, None, None, 0, (), "p", "", official=True)
            fold(session, polled, NOW, seq)
            session.flush()
        rows = sorted(Span(row["start"], row["end"]) for row in state(session)["cover"])
        expected = merge([span for covers in vouched for span in covers])
        stored = [(str(row.start), str(row.end)) for row in rows]
        assert stored == [
            (span.start.isoformat().replace("+00:00", "Z"), span.end.isoformat().replace("+00:00", "Z"))
            for span in expected
        ]


def test_a_fact_from_a_newer_version_changes_nothing() -> None:
    """It is kept and shown; folding goes on after it."""
    with in_memory() as session:
        assert fold(session, facts.UnreadableFact("Future", "{}"), NOW, 1) == {Topic.JOURNAL}
        assert not any(state(session).values())


def test_clearing_leaves_what_the_journal_cannot_make_again(database: Database) -> None:
    """Evidence, preferences and the journal itself are not folded."""
    database.write(lambda unit: unit.record(coins(1))).result()
    database.write(lambda unit: unit.session.add(tables.PreferenceRow(name="a", value="1"))).result()
    database.write(lambda unit: clear_folded(unit.session)).result()

    def left(session: Session) -> tuple[int, str, list[Any]]:
        row = session.get_one(tables.PreferenceRow, "a")
        return journal.tip(session)[0], row.value, folded_state(session)["coin"]

    assert database.read(left).result() == (1, "1", [])
