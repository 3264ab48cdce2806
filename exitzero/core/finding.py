"""What the evidence says about one clause: met, not met, or unknown.

"Not met" is a claim that needs proof (rule 4): the source must vouch, without a gap, for the whole time that counts.
Whatever is short of that is unknown, and unknown never punishes.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from exitzero.core.contract import Clause, Counting, CountingRule
from exitzero.core.observation import Observation, Tally
from exitzero.core.spans import Span, covers, merge
from exitzero.core.words import ClauseKind, ClauseState

SOURCE_LAG = timedelta(minutes=10)
"""By how much a source may be late in showing what happened; no figure is published, so it is generous."""

SLACK = timedelta(minutes=5)
"""What an answer may vouch for less than its own time allows: its way here, and a clock that is tolerably wrong."""

STALE = timedelta(minutes=75)
"""How long a good answer speaks for the present."""

BEGINNING = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
"""Older than any truth source: cover from here on means that the whole history is known."""


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
        if evidence.last_good is None or evidence.last_good < windows[-1].end + SOURCE_LAG + SLACK:
            return "awaiting_proof", "Waiting for an answer from after the deadline."
        return "gap", "The source no longer shows that whole day, so nothing is claimed about it."
    if evidence.trouble is not None:
        return evidence.trouble.reason, evidence.trouble.title
    if evidence.last_good is None:
        return "not_checked", "Not checked yet."
    if evidence.last_good < now - STALE:
        return "stale", "Not checked for more than an hour."
    horizon = evidence.last_good - SOURCE_LAG - SLACK
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
            return _count(_once_a_window(certain, windows), len(_once_a_window(maybe, windows)))
        case _:
            return _fresh(counting, rows, certain=certain, maybe=maybe, evidence=evidence, known=known)


def _count(keys: Sequence[str], doubtful: int) -> Count:
    doubt = "The difficulty of a problem is not known yet." if doubtful else ""
    return Count(len(keys), len(keys) + doubtful, tuple(keys), doubt)


def _distinct(rows: Sequence[Observation]) -> list[Observation]:
    """Each row once, oldest first, with the difficulty that any row of its problem tells."""
    difficulties = {row.item: row.difficulty for row in rows if row.difficulty is not None}
    unique = {row.key: replace(row, difficulty=difficulties.get(row.item)) for row in rows}
    return sorted(unique.values(), key=lambda row: (row.at, row.key))


def _is_hard_enough(row: Observation, counting: Counting) -> bool:
    if counting.minimum is None:
        return True
    return row.difficulty is not None and row.difficulty.rank >= counting.minimum.rank


def _once_a_window(rows: Sequence[Observation], windows: Sequence[Span]) -> list[str]:
    first: dict[tuple[int, str], str] = {}
    for row in rows:
        day = next(number for number, window in enumerate(windows) if row.at in window)
        first.setdefault((day, row.item), row.key)
    return list(first.values())


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
    rest = timedelta(days=counting.review_after_days) if counting.rule is CountingRule.REVIEW else None
    totals = _Totals.of(evidence.tallies, rows, known)
    unsure = {row.key for row in maybe}
    candidates = {row.key for row in certain} | unsure
    earlier: dict[str, datetime] = {}
    fresh: list[Observation] = []
    open_rows: list[Observation] = []
    for row in rows:
        before = earlier.get(row.item)
        earlier[row.item] = row.at
        if row.key not in candidates:
            continue
        answer = _is_fresh(row, before, known, rest)
        if answer or (answer is None and before is None and totals.prove_new(row)):
            fresh.append(row)
        elif answer is None:
            open_rows.append(row)
    if rest is None:
        open_rows = [row for row in open_rows if not totals.prove_old(row, fresh)]
    keys = tuple(row.key for row in fresh if row.key not in unsure)
    doubt = "The difficulty of a problem is not known yet." if len(keys) < len(fresh) else ""
    if open_rows:
        doubt = "Whether a problem was new cannot be told from what the source still shows."
    return Count(len(keys), len(fresh) + len(open_rows), keys, doubt)


def _is_fresh(row: Observation, before: datetime | None, known: Sequence[Span], rest: timedelta | None) -> bool | None:
    if rest is None:
        if before is not None:
            return False
        return True if covers(known, Span(BEGINNING, row.at)) else None
    if before is not None and row.at - before < rest:
        return False
    return True if covers(known, Span(row.at - rest, row.at)) else None


@dataclass(frozen=True, slots=True)
class _Totals:
    """What the source's total of different problems, told now and then, proves about a problem never seen before.

    Between two tellings it rises by the number of new problems, give or take those done within the source's lag of
    either telling.
    """

    told: Sequence[tuple[datetime, int]]
    firsts: Sequence[datetime]
    known: Sequence[Span]

    @classmethod
    def of(cls, tallies: Sequence[Tally], rows: Sequence[Observation], known: Sequence[Span]) -> "_Totals":
        told = sorted({(tally.at, tally.solved) for tally in tallies if tally.solved is not None})
        firsts: dict[str, datetime] = {}
        for row in rows:
            firsts.setdefault(row.item, row.at)
        return cls(told, sorted(firsts.values()), known)

    def _before(self, instant: datetime) -> int | None:
        """The place of the last total told at ``instant`` or earlier."""
        return bisect_right(self.told, instant, key=_when) - 1 if self.told and self.told[0][0] <= instant else None

    def prove_new(self, row: Observation) -> bool:
        """True if somewhere around ``row`` the total rose by as many as there were problems not seen before."""
        starts = {self._before(row.at), self._before(row.at - SOURCE_LAG)}
        first = bisect_right(self.told, row.at, key=_when)
        # One total is told after the lag for certain; beyond it others' problems only blur the sum.
        last = bisect_left(self.told, row.at + SOURCE_LAG, key=_when)
        for since, solved_before in (self.told[start] for start in starts if start is not None):
            for until, solved in self.told[first : last + 1]:
                touched = bisect_left(self.firsts, until) - bisect_left(self.firsts, since)
                if solved - solved_before == touched and covers(self.known, Span(since, until - SOURCE_LAG)):
                    return True
        return False

    def prove_old(self, row: Observation, fresh: Sequence[Observation]) -> bool:
        """True if the total, told well before and well after ``row``, rose for problems that are known as new only."""
        start = self._before(row.at - SOURCE_LAG)
        end = bisect_left(self.told, row.at + SOURCE_LAG, key=_when)
        if start is None or end == len(self.told):
            return False
        (since, solved_before), (until, solved) = self.told[start], self.told[end]
        certain = Span(since + SOURCE_LAG, until - SOURCE_LAG)
        return solved - solved_before == sum(other.at in certain for other in fresh)


def _when(total: tuple[datetime, int]) -> datetime:
    return total[0]
