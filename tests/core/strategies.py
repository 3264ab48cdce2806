"""What the pure rules are tried with: zones, hours, contracts, evidence of one person's work."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from exitzero.core.blocking import Blocking, Window
from exitzero.core.contract import CALENDAR, PROOFS, SENT_MAIL, Clause, Counting, CountingRule, RungRule, Terms
from exitzero.core.day import Hours
from exitzero.core.observation import Difficulty, Observation
from exitzero.core.spans import Span
from exitzero.core.stakes import Stakes
from exitzero.core.words import ClauseKind, Quota

# Machines call their own setting "localtime", and an unset one "Factory"; neither is a place.
ZONES = sorted(available_timezones() - {"localtime", "Factory"})

clock_times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
hours = st.one_of(
    st.builds(Hours, clock_times, clock_times),
    st.builds(Hours, st.sampled_from([time(0), time(4), time(22)]), clock_times),
)
zones = st.sampled_from(ZONES)
some_zones = st.sampled_from(
    ["UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin"]
)
instants = st.datetimes(datetime(1900, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
recent_instants = st.datetimes(datetime(2024, 1, 2), datetime(2030, 1, 2), timezones=st.just(UTC))  # noqa: DTZ001

TODAY = date(2026, 3, 4)
"""A Wednesday."""

near_dates = st.integers(-10, 30).map(lambda n: TODAY + timedelta(days=n))

countings = st.builds(
    Counting,
    rule=st.sampled_from(CountingRule),
    minimum=st.none() | st.sampled_from(Difficulty),
    review_after_days=st.sampled_from([1, 30, 90]),
)


def clauses(kind: ClauseKind) -> st.SearchStrategy[Clause]:
    """Any clause of that kind that a contract may have."""
    return _any_clauses(kind).map(_fitting)


def _fitting(clause: Clause) -> Clause:
    """The clause with the source that its kind is proved by; mocks are owed every day."""
    match clause.kind:
        case ClauseKind.MOCKS:
            return replace(clause, source=CALENDAR, subject="", quota=Quota.DAILY, words=frozenset())
        case ClauseKind.OUTREACH if clause.source == "leetcode":
            return replace(clause, source=PROOFS, subject="", words=frozenset())
        case ClauseKind.OUTREACH:
            return replace(clause, source=SENT_MAIL, subject=f"{clause.subject}@example.org")
        case _:
            return replace(clause, words=frozenset())


def _any_clauses(kind: ClauseKind) -> st.SearchStrategy[Clause]:
    return st.builds(
        Clause,
        kind=st.just(kind),
        target=st.integers(1, 9),
        subject=st.sampled_from(["ada", "grace"]),
        source=st.sampled_from(["leetcode", "leetcode_cn"]),
        weight=st.sampled_from([10, 50]),
        quota=st.sampled_from(Quota),
        weekdays=st.frozensets(st.integers(0, 6), min_size=1),
        counting=countings,
        words=st.frozensets(st.sampled_from(["application", "hiring"]), min_size=1),
    )


def _in_order(chosen: list[Clause]) -> tuple[Clause, ...]:
    return tuple(sorted(chosen, key=lambda clause: clause.kind.bit))


clause_sets = (
    st.lists(st.sampled_from([ClauseKind.LEETCODE, ClauseKind.OUTREACH, ClauseKind.MOCKS]), min_size=1, unique=True)
    .flatmap(lambda kinds: st.tuples(*(clauses(kind) for kind in kinds)))
    .map(lambda chosen: _in_order(list(chosen)))
)
rungs = st.lists(
    st.builds(RungRule, st.sampled_from(["warning", "alarm"]), st.integers(1, 1440), st.booleans()),
    max_size=2,
    unique_by=lambda rung: rung.name,
).map(lambda found: tuple(sorted(found, key=lambda rung: (-rung.minutes_before, rung.name))))

blockings = st.builds(
    Blocking,
    groups=st.frozensets(st.sampled_from(["video", "social"]), min_size=1),
    sites=st.frozensets(st.sampled_from(["news.example.org", "games.example.org"])),
    failed=st.booleans(),
    no_mocks=st.booleans(),
    rung=st.sampled_from(["", "warning"]),
    windows=st.frozensets(
        st.builds(
            Window, st.integers(0, 6), st.sampled_from([time(9), time(22)]), st.sampled_from([time(7), time(12)])
        ),
        max_size=2,
    ),
)


def _with_its_rung(terms: Terms) -> Terms:
    if terms.blocking.rung in {"", *(rung.name for rung in terms.rungs)}:
        return terms
    return replace(terms, blocking=replace(terms.blocking, rung=""))


terms = st.builds(
    Terms,
    clauses=clause_sets,
    hours=hours,
    zone=st.sampled_from(["", "UTC", "Asia/Kolkata"]),
    week_starts=st.integers(0, 6),
    rest_days=st.frozensets(near_dates, max_size=3),
    rungs=rungs,
    burn=st.integers(0, 100),
    stakes=st.builds(
        Stakes,
        channels=st.frozensets(st.sampled_from(["mastodon", "friend"])),
        goal=st.just("honesty"),
        charge_cents=st.sampled_from([0, 100, 500]),
        ceiling_cents=st.sampled_from([500, 2000]),
        alarm=st.integers(0, 3),
        hook=st.booleans(),
        growing=st.booleans(),
        appeal_minutes=st.integers(0, 60),
    ),
    blocking=blockings,
).map(_with_its_rung)
"""Any contract, with few enough values that two of them often agree on something."""


def at(text: str, zone: str = "UTC") -> datetime:
    """The instant that a clock on the wall of ``zone`` shows as ``text``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def minutes(count: float) -> timedelta:
    """That many minutes."""
    return timedelta(minutes=count)


def row(when: datetime, item: str = "two-sum", *, difficulty: Difficulty | None = None, key: str = "") -> Observation:
    """An accepted submission."""
    return Observation("leetcode", "ada", key or f"{item}@{when.isoformat()}", when, item, item.title(), difficulty)


def span(start: str, end: str) -> Span:
    """A span between two clocks of Greenwich."""
    return Span(at(start), at(end))
