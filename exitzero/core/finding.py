"""What the evidence says about one clause: met, not met, or unknown.

"Not met" is a claim that needs proof (rule 4): the source must vouch, without a gap, for the whole time that counts.
Whatever is short of that is unknown, and unknown never punishes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from exitzero.core.contract import Clause, ClauseKind, Counting, CountingRule
from exitzero.core.observation import Observation, Tally
from exitzero.core.spans import Span, covers, merge

SOURCE_LAG = timedelta(minutes=10)
"""By how much a source may be late in showing what happened; no figure is published, so it is generous."""

STALE = timedelta(minutes=75)
"""How long a good answer speaks for the present."""

BEGINNING = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
"""Older than any truth source: cover from here on means that the whole history is known."""


class ClauseState(StrEnum):
    """The three things that can be known of a clause."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One clause on one day. ``count`` is what is proved; there may be more if ``at_least``.

    ``reason`` is one lower-case word for scripts, ``words`` a sentence for the person. ``due`` is False for a weekly
    clause before its week ends: it is shown but fails nothing yet. ``keys`` name the observations that counted.
    """

    kind: ClauseKind
    state: ClauseState
    count: int
    target: int
    weight: int
    reason: str
    words: str
    due: bool = True
    at_least: bool = False
    keys: tuple[str, ...] = ()

    @property
    def fraction(self) -> float:
        """How far the clause is met, 0 to 1."""
        return min(self.count / self.target, 1.0)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a source could not be believed when it was last asked."""

    reason: str
    title: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ClauseEvidence:
    """Everything known of one subject at one source, in any order and with repeats.

    ``covered`` are the spans for which ``observations`` are complete. ``last_good`` is when the source last gave a good
    answer (its own time), ``trouble`` is set if it did not the last time it was asked.
    """

    observations: tuple[Observation, ...] = ()
    covered: tuple[Span, ...] = ()
    tallies: tuple[Tally, ...] = ()
    last_good: datetime | None = None
    trouble: Trouble | None = None
    asked_ever: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many observations count for certain, how many may at most (``None``: no limit known), and which they are."""

    proved: int
    possible: int | None
    keys: tuple[str, ...]
    doubt: str = ""


def find(
    clause: Clause,
    windows: Sequence[Span],
    evidence: ClauseEvidence,
    now: datetime,
    *,
    due: bool = True,
) -> Finding:
    """The state of ``clause`` at ``now``, over the ``windows`` of the days that count together.

    After the last window has closed the answer is final: it does not change with duplicate, reordered or later evidence
    of things that happened outside the windows.
    """
    closed = now >= windows[-1].end
    known = merge(evidence.covered)
    count = count_within(clause.counting, windows, evidence, known)
    gap = _gap(windows, known, evidence, now, closed=closed)
    possible = None if gap else count.possible

    def finding(state: ClauseState, reason: str, words: str) -> Finding:
        return Finding(
            kind=clause.kind,
            state=state,
            count=count.proved,
            target=clause.target,
            weight=clause.weight,
            reason=reason,
            words=words,
            due=due,
            at_least=possible is None or possible > count.proved,
            keys=count.keys,
        )

    progress = f"{count.proved} of {clause.target}"
    if count.proved >= clause.target:
        return finding(ClauseState.MET, "proved", f"{progress}, proved.")
    if gap is not None:
        return finding(ClauseState.UNKNOWN, *gap)
    if possible is None or possible >= clause.target:
        return finding(ClauseState.UNKNOWN, "undecided", f"{progress} for certain. {count.doubt}".strip())
    if closed:
        return finding(ClauseState.NOT_MET, "missing", f"{progress} when the day closed.")
    return finding(ClauseState.NOT_MET, "missing", f"{progress} so far.")


def _gap(
    windows: Sequence[Span], known: Sequence[Span], evidence: ClauseEvidence, now: datetime, *, closed: bool
) -> tuple[str, str] | None:
    """Why "not met" cannot be claimed, as word and sentence; ``None`` if it can."""
    if closed:
        if all(covers(known, window) for window in windows):
            return None
        if evidence.trouble is not None:
            return evidence.trouble.reason, evidence.trouble.title
        if evidence.last_good is None or evidence.last_good < windows[-1].end + SOURCE_LAG:
            return "awaiting_proof", "Waiting for an answer from after the deadline."
        return "gap", "The source no longer shows that whole day, so nothing is claimed about it."
    if evidence.trouble is not None:
        return evidence.trouble.reason, evidence.trouble.title
    if evidence.last_good is None:
        return "not_checked", "Not checked yet."
    if evidence.last_good < now - STALE:
        return "stale", "Not checked for more than an hour."
    horizon = evidence.last_good - SOURCE_LAG
    if all(covers(known, Span(window.start, min(window.end, horizon))) for window in windows):
        return None
    return "gap", "More was submitted than the source lists, and the gap cannot be closed."


def count_within(counting: Counting, windows: Sequence[Span], evidence: ClauseEvidence, known: Sequence[Span]) -> Count:
    """How many observations inside ``windows`` count under the rule, for certain and at most.

    ``possible`` assumes that the windows are covered; the caller says unknown where they are not.
    """
    rows = _distinct(evidence.observations)
    inside = [row for row in rows if any(row.at in window for window in windows)]
    certain = [row for row in inside if _is_hard_enough(row, counting)]
    maybe = [row for row in inside if row.difficulty is None and counting.minimum is not None]
    match counting.rule:
        case CountingRule.ANY:
            return _count([row.key for row in certain], len(maybe))
        case CountingRule.PROBLEMS:
            sure = _first_of_each(certain)
            return _count(list(sure.values()), len(_first_of_each(maybe).keys() - sure.keys()))
        case CountingRule.NEW | CountingRule.REVIEW:
            return _fresh(counting, rows, certain=certain, maybe=maybe, evidence=evidence, known=known)


def _count(keys: Sequence[str], doubtful: int) -> Count:
    doubt = "The difficulty of a problem is not known yet." if doubtful else ""
    return Count(len(keys), len(keys) + doubtful, tuple(keys), doubt)


def _distinct(rows: Sequence[Observation]) -> list[Observation]:
    unique = {row.key: row for row in sorted(rows, key=lambda row: row.difficulty is not None)}
    return sorted(unique.values(), key=lambda row: (row.at, row.key))


def _is_hard_enough(row: Observation, counting: Counting) -> bool:
    if counting.minimum is None:
        return True
    return row.difficulty is not None and row.difficulty.rank >= counting.minimum.rank


def _first_of_each(rows: Sequence[Observation]) -> dict[str, str]:
    first: dict[str, str] = {}
    for row in rows:
        first.setdefault(row.item, row.key)
    return first


def _fresh(
    counting: Counting,
    rows: Sequence[Observation],
    *,
    certain: Sequence[Observation],
    maybe: Sequence[Observation],
    evidence: ClauseEvidence,
    known: Sequence[Span],
) -> Count:
    """New problems, and under REVIEW those last accepted long enough ago.

    A list of recent rows cannot tell a first acceptance from a later one. What can: an earlier row of the same problem
    (it is old), cover that reaches far enough back (it was not accepted there), or the source's own total of different
    problems, which rises only for new ones.
    """
    review = counting.rule is CountingRule.REVIEW
    rest = timedelta(days=counting.review_after_days)
    earlier: dict[str, datetime] = {}
    accepted: dict[str, str] = {}
    refused: set[str] = set()
    open_rows: dict[str, Observation] = {}
    unsure = {row.key for row in maybe}
    candidates = {row.key for row in certain} | unsure
    for row in rows:
        before = earlier.get(row.item)
        if row.key in candidates and row.item not in accepted and row.item not in refused:
            verdict = _is_fresh(row, before, known, rest if review else None)
            if verdict is None or (verdict and row.key in unsure):
                open_rows.setdefault(row.item, row)
            elif verdict:
                accepted[row.item] = row.key
                open_rows.pop(row.item, None)
            elif row.item not in open_rows:
                refused.add(row.item)
        earlier[row.item] = row.at
    undecided = {item: row for item, row in open_rows.items() if row.key not in unsure and not review}
    settled = _settle_by_totals(undecided, rows, evidence.tallies, known)
    for item in settled.new:
        accepted[item] = undecided[item].key
    for item in settled.new | settled.old:
        del open_rows[item]
    # What the totals leave open may be new or old: it bounds the count from above only.
    keys = tuple(accepted.values())
    doubt = "Whether a problem was new cannot be told from what the source still shows." if open_rows else ""
    return Count(len(keys), len(keys) + len(open_rows), keys, doubt)


def _is_fresh(row: Observation, before: datetime | None, known: Sequence[Span], rest: timedelta | None) -> bool | None:
    if rest is None:
        if before is not None:
            return False
        return True if known and known[0].start <= BEGINNING and covers(known, Span(BEGINNING, row.at)) else None
    if before is not None and row.at - before < rest:
        return False
    return True if covers(known, Span(row.at - rest, row.at)) else None


@dataclass(frozen=True, slots=True)
class _Settled:
    new: frozenset[str]
    old: frozenset[str]


def _settle_by_totals(
    undecided: Mapping[str, Observation],
    rows: Sequence[Observation],
    tallies: Sequence[Tally],
    known: Sequence[Span],
) -> _Settled:
    """Which items the source's total of different problems proves new or old.

    Where it rose by as many as there were problems not seen before, all of them were new. Where it did not rise, and
    had time to, none was.
    """
    told = sorted({tally for tally in tallies if tally.solved is not None}, key=lambda tally: tally.at)
    new: set[str] = set()
    old: set[str] = set()
    for earlier, later in pairwise(told):
        stretch = Span(earlier.at, later.at)
        if not covers(known, Span(stretch.start, stretch.end - SOURCE_LAG)):
            continue
        seen_before = {row.item for row in rows if row.at < stretch.start}
        touched = {row.item: row for row in reversed(rows) if row.at in stretch and row.item not in seen_before}
        asked = {item for item, row in touched.items() if item in undecided and undecided[item].key == row.key}
        risen = (later.solved or 0) - (earlier.solved or 0)
        if risen > 0 and len(touched) == risen:
            new |= asked
        elif risen == 0:
            old |= {item for item in asked if touched[item].at <= later.at - SOURCE_LAG}
    return _Settled(frozenset(new), frozenset(old))
