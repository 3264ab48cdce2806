"""Today as the screen, the tray and the shell show it: one frozen record, small enough to be stored after each change.

The first screen and ``exitzero status`` read the stored record; nobody else may decide anything from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from exitzero.core.words import ClauseKind, ClauseState, Quota, Standing


@dataclass(frozen=True, slots=True)
class ClauseView:
    """One clause of today. ``words`` is a sentence, ``reason`` a word for scripts.

    ``at_least`` says that there may be more than ``count``.
    """

    kind: ClauseKind
    heading: str
    state: ClauseState
    count: int
    target: int
    weight: int
    fraction: float
    reason: str
    words: str
    due: bool
    at_least: bool
    quota: Quota
    source: str
    subject: str


@dataclass(frozen=True, slots=True)
class RungView:
    """A rung of today's ladder. ``state`` is fired, missed or coming; ``missing`` is what it fired for."""

    name: str
    due: datetime
    urgent: bool
    state: str
    missing: str = ""


@dataclass(frozen=True, slots=True)
class SourceView:
    """How a truth source answered last. ``reason`` is empty while it answers; ``official`` is False for a stand-in.

    ``last_title`` and ``last_at`` are the newest thing it ever showed; ``solved`` maps difficulty words to counts and
    the ``daily_*`` fields describe its challenge of the day.
    """

    source: str
    subject: str
    name: str
    asked_at: datetime | None
    last_good: datetime | None
    reason: str = ""
    title: str = ""
    advice: str = ""
    retry_at: datetime | None = None
    next_at: datetime | None = None
    origin: str = ""
    official: bool = True
    last_title: str = ""
    last_at: datetime | None = None
    solved_all: int | None = None
    solved_easy: int | None = None
    solved_medium: int | None = None
    solved_hard: int | None = None
    daily_title: str = ""
    daily_difficulty: str = ""
    daily_link: str = ""
    daily_done: bool = False


@dataclass(frozen=True, slots=True)
class StakeView:
    """One thing that a failed day would cost. ``amount`` is words; ``armed`` is False while it is switched off."""

    kind: str
    text: str
    amount: str
    armed: bool = True


@dataclass(frozen=True, slots=True)
class LockView:
    """How the lockdown stands, as the helper said last.

    ``standing`` is off (nothing is to be locked), missing (no helper answers), idle, armed, locked or degraded (a lock
    runs and the hosts file does not hold it; never called locked). ``until`` is the end of the running lock, ``starts``
    of an armed one its begin. ``cause`` and ``release`` are sentences, ``sites`` counts host names. ``opens`` is when
    the emergency exit opens.
    """

    standing: str = "off"
    starts: datetime | None = None
    until: datetime | None = None
    cause: str = ""
    release: str = ""
    sites: int = 0
    opens: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Today:
    """The day that is running. All instants are UTC.

    ``valid_until`` is the instant from which the findings must be worked out again (a deadline, a stale answer).
    ``outcome`` is set once the day is judged; ``held`` says why a closed day waits. ``streak`` counts days in a row
    that ended well. ``debt`` is what could not be burned. ``bet_until`` is when the morning's bet closes, ``None`` if
    no bet can be placed. ``waiting`` are earlier days still without a verdict. ``clock_doubt`` is set
    while the time is in doubt. ``alarm`` is the level at which the alarm sounds now, 0 while it does not.
    ``lock`` is the lockdown.
    ``post_at`` is when the queued shame post goes out unless the work is verified, ``None`` while none is queued.
    """

    written_at: datetime
    valid_until: datetime
    label: date
    zone: str
    starts: datetime
    deadline: datetime
    closes: datetime
    ends: datetime
    contract: int
    standing: Standing
    percent: int
    exit_code: int
    clauses: tuple[ClauseView, ...]
    rungs: tuple[RungView, ...]
    sources: tuple[SourceView, ...]
    stakes: tuple[StakeView, ...]
    streak: int
    best_streak: int
    coins: int
    debt: int
    bet: int
    bet_until: datetime | None
    outcome: str = ""
    held: str = ""
    excused: str = ""
    overridden: str = ""
    spared: str = ""
    corrected: bool = False
    waiting: tuple[date, ...] = ()
    clock_doubt: str = ""
    demo: bool = False
    alarm: int = 0
    post_at: datetime | None = None
    lock: LockView = field(default_factory=LockView)

    @property
    def official(self) -> bool:
        """False if any truth of today comes from a stand-in rather than from the service itself."""
        return all(source.official for source in self.sources)

    @property
    def missing(self) -> tuple[ClauseView, ...]:
        """The clauses that are proved to be short of their target."""
        return tuple(clause for clause in self.clauses if clause.due and clause.state is ClauseState.NOT_MET)

    @property
    def unknown(self) -> tuple[ClauseView, ...]:
        """The clauses of which nothing can be said now."""
        return tuple(clause for clause in self.clauses if clause.due and clause.state is ClauseState.UNKNOWN)


def summary(today: Today) -> str:
    """The sentence beside the survival figure: what is missing, and what the day would exit with."""
    if today.outcome:
        ended = {
            "success": "The day succeeded",
            "failed": "The day failed",
            "rest": "A day of rest",
            "excused": "The day is excused by the emergency pass",
            "unproved": "The day could never be proved either way",
        }[today.outcome]
        mark = " (overridden)" if today.overridden else " (corrected)" if today.corrected else ""
        return f"{ended}{mark}. It exits {today.exit_code}."
    if today.standing is Standing.REST:
        return "Nothing is owed today. It exits 0."
    missing, unknown = _progress(today.missing), _progress(today.unknown)
    if not missing and not unknown:
        return "Every clause is met. Judged now, today exits 0."
    if unknown:
        unknown.append("not certain")
    parts = "; ".join(", ".join(each) for each in (missing, unknown) if each)
    return f"{parts[:1].upper()}{parts[1:]}. Judged now, today exits {today.exit_code}."


def _progress(clauses: Sequence[ClauseView]) -> list[str]:
    """``LeetCode 0 of 1``, ``outreach 2 of 5``, ``no mock booked``: as they stand one after another in a sentence."""
    parts = []
    for clause in clauses:
        name = clause.heading if clause.kind is ClauseKind.LEETCODE else clause.heading.lower()
        if clause.kind is ClauseKind.MOCKS:
            name = "mock booked" if clause.target == 1 else "mocks booked"
            booked = f"{clause.count} of {clause.target} {name}"
            parts.append(f"no {name}" if not clause.count and clause.state is ClauseState.NOT_MET else booked)
        else:
            parts.append(f"{name} {clause.count} of {clause.target}")
    return parts
