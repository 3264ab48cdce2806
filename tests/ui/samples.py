"""Records for every state of the cockpit, and an engine of two threads that hands them out as the real one would.

The engine here keeps no rule: it is for tests of what a page makes of a record. What the whole program does is tested
with the real engine.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any, TypeVar

from exitzero.core.contract import Clause, Terms
from exitzero.core.day import Hours
from exitzero.core.today import ClauseView, RungView, SourceView, StakeView, Today
from exitzero.core.topics import Topic, Topics
from exitzero.core.words import ClauseKind, ClauseState, Quota, Standing
from exitzero.engine.views import CheckLine, LogLine, Year, YearDay
from exitzero.work.mocks.views import MocksToday, MockView
from exitzero.work.outreach.views import MailView, OutreachToday, ProofView, TargetView

T = TypeVar("T")

ZONE = "Asia/Kolkata"
LABEL = date(2026, 11, 19)
NOW = datetime(2026, 11, 19, 14, 47, 33, tzinfo=UTC)  # 20:17:33 in Kolkata
STARTS = datetime(2026, 11, 18, 18, 30, tzinfo=UTC)
DEADLINE = STARTS + timedelta(hours=23, minutes=59)
NO_TERMS = Terms(
    clauses=(Clause(kind=ClauseKind.LEETCODE, target=1, subject="ada"),), hours=Hours(time(0), time(23, 59))
)


def local(hour: int, minute: int, second: int = 0) -> datetime:
    """A time of the sample day in its zone."""
    return STARTS + timedelta(hours=hour, minutes=minute, seconds=second)


def leetcode(
    state: ClauseState = ClauseState.NOT_MET, count: int = 0, *, target: int = 1, words: str = "", weight: int = 50
) -> ClauseView:
    """The LeetCode clause in some state."""
    told = {
        ClauseState.NOT_MET: "No accepted submission since 00:00; LeetCode was asked at 20:13.",
        ClauseState.MET: "Accepted at 18:02: Two Sum II.",
        ClauseState.UNKNOWN: "LeetCode could not be asked since 16:00, so nothing can be said of the time after.",
    }
    return ClauseView(
        kind=ClauseKind.LEETCODE,
        heading="LeetCode",
        state=state,
        count=count,
        target=target,
        weight=weight,
        fraction=min(count / target, 1.0),
        reason={"met": "met", "not_met": "missing", "unknown": "unreachable"}[state.value],
        words=words or told[state],
        due=True,
        at_least=False,
        quota=Quota.DAILY,
        source="leetcode",
        subject="ada",
    )


def other(kind: ClauseKind, state: ClauseState, count: int, target: int, weight: int) -> ClauseView:
    """A clause of another kind."""
    return replace(
        leetcode(state, count, target=target, weight=weight, words=f"{count} of {target} proven today."),
        kind=kind,
        heading=kind.heading,
        source="sent_mail" if kind is ClauseKind.OUTREACH else "calendar",
        subject="ada@example.org" if kind is ClauseKind.OUTREACH else "",
    )


SOURCE = SourceView(
    source="leetcode",
    subject="ada",
    name="LeetCode",
    asked_at=local(20, 13),
    last_good=local(20, 13),
    next_at=local(20, 32),
    origin="https://leetcode.com",
    last_title="Two Sum II - Input Array Is Sorted",
    last_at=local(-2, 14),
    solved_all=245,
    solved_easy=120,
    solved_medium=100,
    solved_hard=25,
    daily_title="Minimum Number of Operations to Make Array Continuous",
    daily_difficulty="Hard",
    daily_link="https://leetcode.com/problems/minimum-number-of-operations-to-make-array-continuous/",
)
DOWN = replace(
    SOURCE,
    asked_at=local(20, 16),
    last_good=local(16, 0),
    reason="unavailable",
    title="LeetCode answered with an error (503).",
    advice="Nothing to do: it is asked again by itself.",
    retry_at=local(20, 21),
)
MAILBOX = SourceView(
    source="sent_mail",
    subject="ada@example.org",
    name="Sent mail",
    asked_at=local(20, 6),
    last_good=local(20, 6),
    next_at=local(20, 21),
    origin="imap://imap.example.org",
)
STAND_IN = replace(SOURCE, origin="http://127.0.0.1:40123", official=False)
STAKES = (
    StakeView("coins", "Coins burned", "50"),
    StakeView("bet", "The day's bet is lost", "10"),
)

AT_RISK = Today(
    written_at=local(20, 13),
    valid_until=local(21, 28),
    label=LABEL,
    zone=ZONE,
    starts=STARTS,
    deadline=DEADLINE,
    closes=DEADLINE + timedelta(minutes=1),
    ends=STARTS + timedelta(days=1),
    contract=7,
    standing=Standing.AT_RISK,
    percent=0,
    exit_code=1,
    clauses=(leetcode(),),
    rungs=(
        RungView("warning", local(20, 0), False, "fired", "LeetCode 0/1"),
        RungView("alarm", local(22, 0), True, "coming"),
        RungView("last call", local(23, 0), True, "coming"),
    ),
    sources=(SOURCE,),
    stakes=STAKES,
    streak=12,
    best_streak=31,
    coins=240,
    debt=0,
    bet=10,
    bet_until=None,
)
MORNING = replace(
    AT_RISK,
    bet=0,
    bet_until=local(22, 0),
    stakes=STAKES[:1],
    rungs=tuple(replace(rung, state="coming", missing="") for rung in AT_RISK.rungs),
)
MANY_STAKES = (
    *STAKES,
    StakeView("shame", "Shame post, Mastodon and 1 friend", "preview"),
    StakeView("beeminder_charge", "Beeminder charge", "$5.00"),
    StakeView("lockdown", "Lockdown until verified", "14 sites"),
)
THREE = replace(
    AT_RISK,
    stakes=MANY_STAKES,
    percent=29,
    exit_code=3,
    clauses=(
        leetcode(),
        other(ClauseKind.OUTREACH, ClauseState.NOT_MET, 2, 5, 35),
        other(ClauseKind.MOCKS, ClauseState.MET, 2, 1, 15),
    ),
    sources=(SOURCE, MAILBOX),
)
NO_MOCK = replace(
    THREE,
    percent=49,
    exit_code=6,
    clauses=(
        leetcode(ClauseState.MET, 1),
        THREE.clauses[1],
        other(ClauseKind.MOCKS, ClauseState.NOT_MET, 0, 1, 15),
    ),
)
THREE_SAFE = replace(
    THREE,
    standing=Standing.SAFE,
    percent=100,
    exit_code=0,
    clauses=(
        leetcode(ClauseState.MET, 1),
        other(ClauseKind.OUTREACH, ClauseState.MET, 5, 5, 35),
        THREE.clauses[2],
    ),
    streak=13,
)
THREE_UNKNOWN = replace(
    THREE,
    standing=Standing.UNKNOWN,
    percent=79,
    exit_code=69,
    clauses=(
        leetcode(ClauseState.MET, 1),
        replace(
            other(ClauseKind.OUTREACH, ClauseState.UNKNOWN, 2, 5, 35),
            at_least=True,
            words="The mailbox refused the password.",
        ),
        THREE.clauses[2],
    ),
    sources=(
        SOURCE,
        replace(
            MAILBOX,
            last_good=local(16, 0),
            reason="refused",
            title="The mailbox refused the password.",
            advice="Give a new app password on the page Outreach.",
        ),
    ),
)
SUCCESS = replace(
    AT_RISK,
    standing=Standing.SAFE,
    percent=100,
    exit_code=0,
    clauses=(leetcode(ClauseState.MET, 1),),
    sources=(replace(SOURCE, last_title="Two Sum II", last_at=local(18, 2), daily_done=True),),
    rungs=tuple(replace(rung, state="coming", missing="") for rung in AT_RISK.rungs),
    streak=13,
)
UNKNOWN = replace(
    AT_RISK,
    standing=Standing.UNKNOWN,
    exit_code=69,
    clauses=(leetcode(ClauseState.UNKNOWN),),
    sources=(DOWN,),
    waiting=(date(2026, 11, 18),),
    rungs=tuple(replace(rung, state="coming", missing="") for rung in AT_RISK.rungs),
)
FAILED = replace(
    AT_RISK,
    written_at=STARTS + timedelta(days=1),
    valid_until=STARTS + timedelta(days=2),
    standing=Standing.FAILED,
    outcome="failed",
    streak=0,
    coins=190,
    rungs=tuple(replace(rung, state="fired", missing="LeetCode 0/1") for rung in AT_RISK.rungs),
)
HELD = replace(
    UNKNOWN,
    valid_until=STARTS + timedelta(days=2),
    held="LeetCode has not answered since 16:00, so the day waits for proof.",
)
REST = replace(
    AT_RISK, standing=Standing.REST, percent=100, exit_code=0, clauses=(), rungs=(), sources=(), stakes=(), bet=0
)
THREE_FAILED = replace(
    FAILED,
    percent=21,
    exit_code=7,
    clauses=(leetcode(), THREE.clauses[1], other(ClauseKind.MOCKS, ClauseState.NOT_MET, 0, 1, 15)),
    sources=THREE.sources,
)
LOOPBACK = replace(AT_RISK, sources=(STAND_IN,))
STATES = {
    "at_risk": AT_RISK,
    "morning": MORNING,
    "three": THREE,
    "success": SUCCESS,
    "unknown": UNKNOWN,
    "failed": FAILED,
    "held": HELD,
    "rest": REST,
    "stand_in": LOOPBACK,
    "no_mock": NO_MOCK,
    "three_safe": THREE_SAFE,
    "three_unknown": THREE_UNKNOWN,
    "three_failed": THREE_FAILED,
}
"""Every state the cockpit is designed for, by a short name."""


def target(number: int, name: str, role: str = "", *, due: bool = True) -> TargetView:
    """Somebody to write to."""
    return TargetView(
        id=number,
        kind="person",
        name=name,
        company="",
        company_id=None,
        role=role,
        stage="messaged",
        platform="linkedin",
        link="",
        email="",
        tags=(),
        fields={},
        follow_up=LABEL,
        due=due,
        proved_at=None,
        reply_at=None,
        stage_at=STARTS,
        created_at=STARTS,
    )


OUTREACH = OutreachToday(
    label=LABEL,
    count=2,
    target=5,
    state="not_met",
    words="2 of 5 so far.",
    proofs=(
        ProofView(
            "linkedin:1", local(11, 20), LABEL, "link", "linkedin", "linkedin.com/…/2-YTk", 1, "Priya at Stripe", False
        ),
    ),
    mails=(MailView("<1@x>", local(14, 2), "talent@grab.example", "Application: SRE", 2, "Grab recruiting", None, ""),),
    due=(target(3, "Noor Haddad"), target(4, "Example Robotics"), target(5, "Liu Wei")),
    replies=(),
    mailbox="ada@example.org",
)
_NEXT_MOCK = MockView(
    uid="m1",
    starts=local(48 + 18, 0),
    ends=local(48 + 19, 0),
    zone=ZONE,
    title="System design",
    state="booked",
    platform="Pramp",
    topic="system design",
)
MOCKS = MocksToday(2, 1, "met", "2 of 1 booked for the coming seven days.", _NEXT_MOCK, (_NEXT_MOCK,), ())


def year(label: date = LABEL) -> Year:
    """A year of days that looks like one: mostly good, some failed, a holiday, an outage."""
    days = []
    for back in range(364, 0, -1):
        day = label - timedelta(days=back)
        mixed = (day.toordinal() * 2654435761) >> 7
        state, code = "success", 0
        if mixed % 23 < 4:
            state, code = "failed", 1
        elif day.month == 8 and 3 <= day.day <= 12:
            state, code = "rest", 0
        elif mixed % 101 == 5:
            state, code = "unproved", 69
        days.append(YearDay(day, state, code, mixed % 67 == 1 and state == "success", False, f"It exits {code}."))
    days.append(YearDay(label, "open", None, False, False, "The day is running."))
    return Year(tuple(days), 81)


def log_lines(count: int) -> list[LogLine]:
    """A journal of so many lines, the newest at the sample's now."""
    texts = (
        ("day", "Thu 19 Nov began", "contract v7, Asia/Kolkata", "plain"),
        ("coins", "10 bet on today", "balance 240", "plain"),
        ("leetcode", "0 accepted since 00:00", "leetcode.com, 20 rows", "plain"),
        ("leetcode", "unreachable: 503", "retry in 60 s", "warn"),
        ("leetcode", "0 accepted since 00:00", "leetcode.com, 20 rows", "plain"),
        ("contract", "lowering LeetCode 2 to 1 agreed", "effective Thu 26 Nov", "info"),
        ("ladder", "warning fired", "LeetCode 0 of 1", "warn"),
    )
    return [
        LogLine(seq, NOW - timedelta(minutes=17 * (count - seq) + 4, seconds=seq % 60), *texts[seq % len(texts)])
        for seq in range(1, count + 1)
    ]


@dataclass
class EngineStatus:
    """How the sample engine does."""

    mode: str = "watching"
    holder: int = 0
    next_check: datetime | None = None
    last_backup: datetime | None = None
    chain: str = "journal verified"


@dataclass
class SampleEngine:
    """Answers from another thread with what it was given; ``gate`` holds the answers back while it is clear."""

    record: Today | None = AT_RISK
    moment: datetime = NOW
    lines: list[LogLine] = field(default_factory=lambda: log_lines(400))
    preferences: dict[str, Any] = field(default_factory=dict)
    status: EngineStatus = field(
        default_factory=lambda: EngineStatus(next_check=local(20, 32), last_backup=local(6, 0))
    )
    trouble: Exception | None = None
    checks: tuple[CheckLine, ...] = (CheckLine("leetcode", "met", 1, 1, "met", "Accepted at 20:17.", True),)
    named: SourceView = SOURCE
    done: list[tuple[Any, ...]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    outreach: Any = field(default_factory=lambda: SimpleNamespace(today=lambda: OUTREACH))
    mocks: Any = field(default_factory=lambda: SimpleNamespace(today=lambda: MOCKS))
    gate: threading.Event = field(default_factory=threading.Event)
    closed: bool = False

    def __post_init__(self) -> None:
        self.gate.set()
        self._listeners: list[Callable[[Topics], None]] = []
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="exitzero-reader")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="exitzero-writer")
        self._network = ThreadPoolExecutor(2, thread_name_prefix="exitzero-network")

    def ask(self, question: Callable[[Any], T], /) -> Future[T]:
        return self._readers.submit(self._gated, question)

    def do(self, action: Callable[[Any], T], /) -> Future[T]:
        return self._writer.submit(self._gated, action)

    def run(self, errand: Callable[[Any], T], /) -> Future[T]:
        return self._network.submit(self._gated, errand)

    def now(self) -> datetime:
        return self.moment

    def listen(self, listener: Callable[[Topics], None], /) -> None:
        self._listeners.append(listener)

    def close(self) -> None:
        self.gate.set()
        for pool in (self._readers, self._writer, self._network):
            pool.shutdown()
        self.closed = True

    def touch(self, *topics: Topic) -> None:
        """Tell listeners from the writer's thread, as the real engine does."""
        self._writer.submit(lambda: [listener(frozenset(topics)) for listener in self._listeners]).result(10)

    def _gated(self, call: Callable[[Any], T]) -> T:
        assert self.gate.wait(30)
        return call(self)

    # Questions

    def today(self) -> Today | None:
        self.asked.append("today")
        return self.record

    def contract(self) -> object | None:
        return self.record

    def year(self) -> Year:
        self.asked.append("year")
        return year()

    def log_count(self) -> int:
        return len(self.lines)

    def log_page(self, first: int, count: int, /) -> Sequence[LogLine]:
        self.asked.append(f"log_page {first}")
        return self.lines[max(first, 0) : max(first, 0) + count]

    def log_lines(self, numbers: Sequence[int], /) -> Sequence[LogLine]:
        return [self.lines[number - 1] for number in numbers]

    def log_search(self, text: str, sources: Sequence[str], /) -> Sequence[int]:
        return [
            line.seq
            for line in self.lines
            if (not sources or line.source in sources) and text.lower() in f"{line.text} {line.detail}".lower()
        ]

    def preference(self, name: str, default: Any, /) -> Any:
        return self.preferences.get(name, default)

    def chain_words(self) -> str:
        return self.status.chain

    # Actions

    def _act(self, *deed: Any) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.done.append(deed)

    def adopt(self, terms: Terms, /) -> None:
        self._act("adopt", terms)
        self.record = AT_RISK

    def place_bet(self, amount: int, /) -> None:
        self._act("place_bet", amount)

    def set_preference(self, name: str, value: Any, /) -> None:
        self.preferences[name] = value

    # Errands

    def check_now(self) -> tuple[CheckLine, ...]:
        self._act("check_now")
        return self.checks

    def check_name(self, source: str, name: str, /) -> SourceView:
        self._act("check_name", source, name)
        return replace(self.named, subject=name)
