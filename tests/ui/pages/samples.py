"""Records as the engine would give them, for a person who owes two LeetCode problems a day in Kolkata."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from exitzero.core.contract import Change, Clause, ContractVersion, Counting, CountingRule, Direction, Terms, changes
from exitzero.core.day import Hours, day_at
from exitzero.core.observation import Difficulty
from exitzero.core.today import ClauseView, RungView, SourceView, StakeView, Today
from exitzero.core.words import ClauseKind, ClauseState, Quota, Standing
from exitzero.engine.views import (
    CoinMove,
    ConsequenceView,
    ContractPage,
    DayPage,
    EvidenceView,
    HealthItem,
    Ledger,
    LogLine,
    ObservationView,
    PendingChange,
    PollView,
    PreviewLine,
    SourcePage,
    Year,
    YearDay,
)

ZONE = "Asia/Kolkata"
TODAY = date(2026, 11, 19)
SUBJECT = "ada-example"
DIGEST = "9f2c4a7be1d05c33a86f0b7d41e2c95f6a18b3d7c04e52f98ab16d3c7e5f2041"
OLD_DIGEST = "1b7e5d9c2f48a0636be2c17d95f8043ea7c26b10d8f3594e0c7ab2d6f1e83590"


def at(hour: int, minute: int = 0, *, second: int = 0, on: date = TODAY) -> datetime:
    """An instant by Kolkata's clocks."""
    return datetime.combine(on, time(hour, minute, second), tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


TERMS = Terms(
    clauses=(Clause(ClauseKind.LEETCODE, 2, SUBJECT),),
    hours=Hours(time(0, 0), time(23, 59)),
    zone=ZONE,
    rest_days=frozenset({date(2026, 12, 25)}),
)
VERSION = ContractVersion(7, date(2026, 11, 12), TERMS)


def clause(state: ClauseState, count: int, words: str, *, target: int = 2, at_least: bool = False) -> ClauseView:
    """Today's LeetCode clause."""
    return ClauseView(
        kind=ClauseKind.LEETCODE,
        heading="LeetCode",
        state=state,
        count=count,
        target=target,
        weight=50,
        fraction=min(count / target, 1.0),
        reason="",
        words=words,
        due=True,
        at_least=at_least,
        quota=Quota.DAILY,
        source="leetcode",
        subject=SUBJECT,
    )


SHORT = clause(ClauseState.NOT_MET, 1, "1 of 2 accepted. Checked at 20:17, nothing is hidden by the list's limit.")
MET = clause(ClauseState.MET, 2, "2 of 2 accepted inside the day.")
UNKNOWN = clause(ClauseState.UNKNOWN, 0, "LeetCode blocks automated checks now; nothing is claimed about this day.")


def observation(
    hour: int, minute: int, title: str, *, difficulty: str = "medium", **changed: object
) -> ObservationView:
    """An accepted submission of the day."""
    slug = title.lower().replace(" ", "-")
    record = ObservationView(
        source="leetcode",
        subject=SUBJECT,
        key=f"{slug}-{hour}{minute}",
        at=at(hour, minute, second=11),
        item=slug,
        title=title,
        difficulty=difficulty,
        official=True,
        evidence=DIGEST,
        seen_at=at(hour, minute + 3),
        counted=True,
    )
    return replace(record, **changed)  # type: ignore[arg-type]


OBSERVATIONS = (
    observation(8, 12, "Two Sum II", difficulty="easy", counted=False),
    observation(14, 2, "Longest Substring Without Repeating Characters"),
    observation(19, 40, "Course Schedule", difficulty=""),
)


def poll(seq: int, hour: int, minute: int, *, good: bool = True, words: str = "", official: bool = True) -> PollView:
    """One asking of LeetCode."""
    return PollView(
        seq=seq,
        at=at(hour, minute),
        source="leetcode",
        good=good,
        words=words or ("20 rows, complete since 18 Nov 22:14" if good else "LeetCode blocks automated checks now"),
        server_at=at(hour, minute, second=1) if good else None,
        origin="https://leetcode.com" if official else "http://127.0.0.1:8099",
        official=official,
        evidence=(DIGEST,) if good else (),
    )


POLLS = (
    poll(4101, 15, 0),
    poll(4108, 16, 0, good=False),
    poll(4110, 16, 1, good=False, words="LeetCode answered 503; asked again in 60 s"),
    poll(4133, 20, 17),
)

FACTS = (
    LogLine(4133, at(20, 17), "leetcode", "1 accepted since 00:00", "answer 9f2c4a7b", "plain"),
    LogLine(4130, at(20, 0), "warning", "streak of 12 at risk, 3 h 59 min left", "", "warn"),
    LogLine(4110, at(16, 1), "leetcode", "unreachable: 503", "asked again in 60 s", "unknown"),
    LogLine(4090, at(9, 4), "bet", "10 coins on today", "", "info"),
    LogLine(4081, at(0, 0), "day", "began, contract v7", "Asia/Kolkata", "dim"),
)


def rungs(on: date = TODAY) -> tuple[RungView, ...]:
    """The default ladder at a quarter past eight in the evening."""
    return (
        RungView("warning", at(20, 0, on=on), False, "fired", "LeetCode"),
        RungView("alarm", at(22, 0, on=on), True, "coming"),
        RungView("last call", at(23, 0, on=on), True, "coming"),
    )


def day_page(label: date = TODAY, **changed: object) -> DayPage:
    """The running day, one problem short; ``changed`` replaces fields."""
    page = DayPage(
        label=label,
        zone=ZONE,
        starts=at(0, on=label),
        deadline=at(23, 59, on=label),
        closes=at(0, on=label + timedelta(days=1)),
        ends=at(0, on=label + timedelta(days=1)),
        contract=VERSION,
        state="open",
        exit_code=1,
        verdict_words="LeetCode 1 of 2. Judged now, today exits 1.",
        clauses=(SHORT,),
        rungs=rungs(label),
        observations=OBSERVATIONS,
        polls=POLLS,
        facts=FACTS,
        coins=-10,
        can_excuse=True,
        excuse_price=30,
        previous=label - timedelta(days=1),
        next=None,
    )
    return replace(page, **changed)  # type: ignore[arg-type]


def failed_day() -> DayPage:
    """A day that failed with a rung missed in sleep."""
    label = date(2026, 11, 17)
    ladder = (
        RungView("warning", at(20, 0, on=label), False, "missed"),
        RungView("alarm", at(22, 0, on=label), True, "fired", "LeetCode"),
        RungView("last call", at(23, 0, on=label), True, "fired", "LeetCode"),
    )
    return day_page(
        label,
        state="failed",
        verdict_words="LeetCode 1 of 2 when the day closed at 23:59. It exits 1.",
        rungs=ladder,
        coins=-60,
        can_excuse=False,
        next=date(2026, 11, 18),
    )


def held_day() -> DayPage:
    """A day that closed while the source was blocked: an override is offered."""
    label = date(2026, 11, 18)
    return day_page(
        label,
        state="held",
        exit_code=69,
        verdict_words="LeetCode has not answered since before the deadline. Nothing is claimed, nothing is charged.",
        clauses=(UNKNOWN,),
        observations=(),
        polls=(poll(4010, 23, 50, good=False),),
        coins=0,
        can_excuse=False,
        can_override=True,
        next=TODAY,
    )


def marked_day() -> DayPage:
    """A day with every mark that there is, judged by a stand-in's word, with 25 hours."""
    label = date(2026, 11, 1)
    page = day_page(
        label,
        state="success",
        exit_code=0,
        verdict_words="Declared a success by hand. It exits 0.",
        clauses=(MET,),
        observations=(observation(14, 2, "Merge Intervals", official=False),),
        polls=(poll(3001, 20, 0, official=False),),
        coins=10,
        can_excuse=False,
        overridden="LeetCode was blocked all evening; both problems are in my editor's history",
        excused="Hospital",
        corrected=True,
        spared="The first contract began less than four hours before this deadline",
        next=date(2026, 11, 2),
    )
    return replace(page, ends=page.ends + timedelta(hours=1))


def rest_day() -> DayPage:
    """Nothing owed, nothing seen."""
    label = date(2026, 11, 15)
    return day_page(
        label,
        state="rest",
        exit_code=0,
        verdict_words="A day of rest. It exits 0.",
        clauses=(),
        rungs=(),
        observations=(),
        polls=(),
        facts=(),
        coins=0,
        can_excuse=False,
        next=date(2026, 11, 16),
    )


def year() -> Year:
    """371 days, failed every eleventh, with rest, unknown and an override among them."""
    days = []
    for back in range(371):
        label = TODAY - timedelta(days=back)
        state, code = "success", 0
        if back == 0:
            state, code = "open", None  # type: ignore[assignment]
        elif back == 1:
            state, code = "held", 69
        elif back % 11 == 2:
            state, code = "failed", 1
        elif label.weekday() == 6:
            state = "rest"
        days.append(YearDay(label, state, code, back == 18, False, state))
    return Year(tuple(days), 81)


def today(**changed: object) -> Today:
    """The running day as the cockpit has it."""
    day = day_at(at(20, 17), TERMS.hours, ZONE)
    record = Today(
        written_at=at(20, 17),
        valid_until=day.deadline,
        label=TODAY,
        zone=ZONE,
        starts=day.starts,
        deadline=day.deadline,
        closes=day.closes,
        ends=day.ends,
        contract=7,
        standing=Standing.AT_RISK,
        percent=50,
        exit_code=1,
        clauses=(SHORT,),
        rungs=rungs(),
        sources=(source_view(),),
        stakes=(StakeView("coins", "Coins burned", "50"),),
        streak=12,
        best_streak=31,
        coins=240,
        debt=0,
        bet=10,
        bet_until=None,
    )
    return replace(record, **changed)  # type: ignore[arg-type]


def evidence(**changed: object) -> EvidenceView:
    """A good answer of the service."""
    body = (
        '{\n  "data": {\n    "matchedUser": {\n      "username": "ada-example",\n      "submitStatsGlobal": {\n'
        '        "acSubmissionNum": [\n          { "difficulty": "All", "count": 133, "submissions": 215 },\n'
        '          { "difficulty": "Easy", "count": 61, "submissions": 90 }\n        ]\n      }\n    },\n'
        '    "recentAcSubmissionList": [\n      { "id": "1704912131", "title": "Course Schedule", '
        '"titleSlug": "course-schedule", "timestamp": "1795097411" }\n    ]\n  }\n}'
    )
    record = EvidenceView(
        digest=DIGEST,
        asked_at=at(20, 17, second=2),
        server_at=at(20, 17, second=3),
        origin="https://leetcode.com",
        official=True,
        status=200,
        content_type="application/json",
        parser="leetcode/1",
        size=4211,
        text=body,
        intact=True,
        reread="20 accepted submissions, complete since Wed 18 Nov 22:14; 133 different problems solved.",
    )
    return replace(record, **changed)  # type: ignore[arg-type]


def contract_page(**changed: object) -> ContractPage:
    """Version 7 in force, a lower target waiting, and what came before."""
    older = replace(TERMS, clauses=(replace(TERMS.clauses[0], target=1),), rest_days=frozenset())
    oldest = replace(older, burn=20)
    page = ContractPage(
        today=TODAY,
        current=VERSION,
        latest=TERMS,
        pending=(),
        versions=(
            VERSION,
            ContractVersion(6, date(2026, 10, 2), older),
            ContractVersion(1, date(2025, 11, 1), oldest),
        ),
        adopted={
            7: at(9, 4, on=date(2026, 11, 12)),
            6: at(18, 30, on=date(2026, 9, 25)),
            1: at(7, on=date(2025, 11, 1)),
        },
    )
    return replace(page, **changed)  # type: ignore[arg-type]


PENDING = PendingChange(date(2026, 11, 26), ("LeetCode target: 2 a day → 1 a day",))


def preview(terms: Terms, before: Terms = TERMS) -> tuple[PreviewLine, ...]:
    """What the engine would answer for an edit."""
    return tuple(PreviewLine(change, change.effective(TODAY)) for change in changes(before, terms))


LOOSER = Change(("leetcode", "target"), "LeetCode target", "2 a day", "1 a day", Direction.LOOSER)


def hard_terms() -> Terms:
    """A contract with every wish filled in."""
    counting = Counting(CountingRule.REVIEW, Difficulty.MEDIUM, 14)
    owed = Clause(
        ClauseKind.LEETCODE, 10, SUBJECT, quota=Quota.WEEKLY, weekdays=frozenset({0, 2, 4}), counting=counting
    )
    return replace(TERMS, clauses=(owed,), hours=Hours(time(6, 0), time(2, 30)), zone="")


def ledger(count: int = 60) -> Ledger:
    """Moves of some weeks, newest first."""
    moves = []
    balance = 10
    for number in range(count):
        label = TODAY - timedelta(days=count - number)
        amount, reason = (10, "The day succeeded")
        if number % 9 == 4:
            amount, reason = -50, "The day failed: coins burned"
        elif number % 9 == 5:
            amount, reason = -10, "Bet on the day"
        balance += amount
        moves.append(CoinMove(100 + number, at(23, 59, on=label), amount, reason, label, balance))
    orders = (
        ConsequenceView("2026-11-17/coins", "coins", date(2026, 11, 17), 50, "confirmed", 1, "move 158", at(0, 1)),
        ConsequenceView("2026-11-18/coins", "coins", date(2026, 11, 18), 50, "held", 0, "", at(0, 2)),
    )
    gone = -sum(move.amount for move in moves if move.amount < 0)
    come = sum(move.amount for move in moves if move.amount > 0)
    return Ledger(balance, 0, tuple(reversed(moves)), orders, come + 10, gone)


HEALTH = (
    HealthItem("leetcode", "LeetCode", "good", "Answered at 20:17 in 0.4 s; its list is complete since 18 Nov."),
    HealthItem("clock", "Clock", "good", "0.3 s behind the sources' own time."),
    HealthItem("chain", "Journal chain", "good", "4133 facts verified, newest hash also in the keyring."),
    HealthItem(
        "keyring",
        "Keyring",
        "warn",
        "There is no keyring, so secrets live in memory until exit.",
        "Install and unlock a keyring service (gnome-keyring, KWallet), then start ExitZero again.",
    ),
    HealthItem("backups", "Backups", "good", "7 kept, the newest from today 06:00, proved by opening it."),
    HealthItem(
        "tray",
        "Tray",
        "unknown",
        "This desktop does not say whether it shows tray icons.",
        "The window stays in the task bar instead of hiding.",
    ),
    HealthItem("disk", "Disk", "bad", "112 MB are left.", "Free some space: below 50 MB no poll can be recorded."),
)


def source_view(**changed: object) -> SourceView:
    """LeetCode answering well."""
    record = SourceView(
        source="leetcode",
        subject=SUBJECT,
        name="LeetCode",
        asked_at=at(20, 17),
        last_good=at(20, 17),
        next_at=at(20, 32),
        origin="https://leetcode.com",
        last_title="Course Schedule",
        last_at=at(19, 40),
        solved_all=133,
        solved_easy=61,
        solved_medium=58,
        solved_hard=14,
        daily_title="Minimum Number of Operations to Make Array Continuous",
        daily_difficulty="hard",
        daily_link="https://leetcode.com/problems/example/",
    )
    return replace(record, **changed)  # type: ignore[arg-type]


BLOCKED = {
    "reason": "blocked",
    "title": "LeetCode blocks automated checks now.",
    "advice": "Nothing is charged for it. ExitZero asks again by itself; solving on the site works as always.",
    "asked_at": at(20, 17),
    "last_good": at(15, 0),
    "retry_at": at(20, 58),
}


def source_page(**changed: object) -> SourcePage:
    """LeetCode's page on a good evening."""
    yesterday = TODAY - timedelta(days=1)
    older = tuple(
        observation(22, 14 + number, title, at=at(22, 14 + number, on=yesterday), difficulty=difficulty)
        for number, (title, difficulty) in enumerate(
            (("Two Sum II", "easy"), ("Word Ladder", "hard"), ("Course Schedule", "medium"))
        )
    )
    page = SourcePage(
        view=source_view(),
        clause=SHORT,
        streak=12,
        best_streak=31,
        recent=tuple(sorted((*OBSERVATIONS, *older), key=lambda each: each.at, reverse=True)),
        polls=POLLS,
        total_seen=1204,
        covered_since=at(22, 14, on=date(2026, 8, 2)),
    )
    return replace(page, **changed)  # type: ignore[arg-type]
