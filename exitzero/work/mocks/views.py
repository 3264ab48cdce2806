"""What the calendar and the mock interviews show: frozen records, made by :mod:`exitzero.work.mocks.questions`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

PLATFORMS = ("Pramp", "interviewing.io", "Exponent", "With a friend", "Company", "Other")
"""The presets of where a mock is sat."""

SCORE_ROWS = ("Communication", "Problem solving", "Code", "Testing")
"""The rows that every score sheet has; own ones come after them. Each is scored 1 to 5."""

OUTCOMES = ("complete", "incomplete", "missed")


@dataclass(frozen=True, slots=True)
class MockView:
    """A mock interview. Instants are UTC, ``zone`` is the one it was agreed in.

    ``state`` is booked, cancelled, complete, incomplete or missed. ``asks`` says that it is over and has no outcome
    yet; ``conflicts`` names what overlaps. ``calendar`` is the name of the calendar outside that it lives in, if any.
    """

    uid: str
    starts: datetime
    ends: datetime
    zone: str
    title: str
    state: str
    platform: str = ""
    partner: str = ""
    topic: str = ""
    link: str = ""
    calendar: str = ""
    counts: bool = True
    asks: bool = False
    joinable: bool = False
    conflicts: tuple[str, ...] = ()
    clash: bool = False
    score: float | None = None


@dataclass(frozen=True, slots=True)
class EventView:
    """Any other event of a connected calendar, shown so that a mock is not put over it."""

    calendar: str
    key: str
    starts: datetime
    ends: datetime
    title: str
    all_day: bool


@dataclass(frozen=True, slots=True)
class CalendarSpan:
    """A month or week: its mocks and other events in time order, and the zone that days are cut in.

    ``first`` and ``last`` are dates, both inside. ``undo`` is what *Undo* would take back, or empty.
    """

    first: date
    last: date
    zone: str
    week_starts: int
    mocks: tuple[MockView, ...]
    events: tuple[EventView, ...]
    undo: str = ""


@dataclass(frozen=True, slots=True)
class MockPage:
    """Everything about one mock interview. ``reminders`` are minutes before its start; ``remote`` is set in a clash."""

    view: MockView
    notes: str
    checklist: tuple[tuple[str, bool], ...]
    reminders: tuple[int, ...]
    scores: Mapping[str, int]
    review: str
    study: str
    proof: str
    target: int | None
    target_name: str
    history: tuple[tuple[datetime, str], ...]
    remote: "MockEdit | None" = None


@dataclass(frozen=True, slots=True)
class MockEdit:
    """The form of a mock interview, for adding (``uid`` empty) or changing."""

    starts: datetime
    ends: datetime
    zone: str
    title: str = ""
    uid: str = ""
    platform: str = ""
    partner: str = ""
    topic: str = ""
    link: str = ""
    notes: str = ""
    checklist: tuple[tuple[str, bool], ...] = ()
    reminders: tuple[int, ...] = (1440, 60, 10)
    calendar: str = ""
    target: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the person says afterwards. ``scores`` are 1 to 5 by row; ``proof`` a recording or feedback link."""

    uid: str
    outcome: str
    scores: Mapping[str, int] = field(default_factory=dict)
    review: str = ""
    study: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class MocksToday:
    """The clause and what is next. ``asking`` are those over without an outcome, oldest first."""

    count: int
    target: int
    state: str
    words: str
    next: MockView | None
    ahead: tuple[MockView, ...]
    asking: tuple[MockView, ...]
    reminders: tuple["DueReminder", ...] = ()


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder that is due and was not shown yet."""

    uid: str
    minutes: int
    starts: datetime
    title: str
    link: str


@dataclass(frozen=True, slots=True)
class FeedView:
    """A connected calendar. ``rule`` says which of its events are mocks; ``as_of`` is its last good reading."""

    id: str
    kind: str
    name: str
    shown: str
    two_way: bool
    rule: Mapping[str, str]
    as_of: datetime | None
    trouble: str
    advice: str
    events: int
    mocks: int
    skipped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    unsynced: int = 0
    clashes: int = 0


@dataclass(frozen=True, slots=True)
class RulePreview:
    """What a rule would take for mocks among the events that are known of a calendar."""

    matching: tuple[EventView, ...]
    others: tuple[EventView, ...]


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """One scored mock on the trend."""

    at: datetime
    uid: str
    topic: str
    platform: str
    average: float
    scores: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Trend:
    """The scores over time, by row and by topic; averages of the last five against the five before."""

    points: tuple[ScorePoint, ...]
    by_row: tuple[tuple[str, float, float | None], ...]
    by_topic: tuple[tuple[str, int, float], ...]
    sat: int
    missed: int
