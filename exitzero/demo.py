"""``exitzero --demo``: a year of plausible days, so that the cockpit can be tried without a name or a network.

The days are made by the engine's own parts over generated submissions: the same beat, the same judge, the same journal,
under a clock that runs through the year in seconds. Then real time goes on, and a small LeetCode on the loopback
address answers *Check now*. All of it lives in a private temporary folder that is removed at the end; the real data,
the keyring and the real engine's lock are never looked at.

Long, because the year is a script: what happens on which of its days stands here line by line.
"""

import atexit
import json
import logging
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from exitzero import __version__, catalogue
from exitzero.core.contract import Clause, Terms
from exitzero.core.facts import EngineStarted
from exitzero.core.observation import Difficulty, Evidence, SourceTrouble
from exitzero.core.topics import Topic
from exitzero.core.verdict import Outcome
from exitzero.core.words import ClauseKind
from exitzero.demo_hunt import BEGINS, MORE, Hunt
from exitzero.desktop import paths
from exitzero.desktop.clock import SystemClock
from exitzero.desktop.notifications import Notice
from exitzero.desktop.single_instance import EngineLock
from exitzero.desktop.vault import MemoryVault
from exitzero.engine import observe
from exitzero.engine.actions import Actions
from exitzero.engine.beat import beat
from exitzero.engine.engine import Engine
from exitzero.engine.outbox import deliver_inside
from exitzero.engine.reading import row_at
from exitzero.engine.timekeeper import Timekeeper
from exitzero.lockdown.client import Client
from exitzero.net.http import HttpClient
from exitzero.store.database import Database, Unit
from exitzero.store.migrate import migrate
from exitzero.truth.leetcode import NAME, PARSER, LeetCode
from exitzero.truth.leetcode_stand_in import StandIn, Submission
from exitzero.work.coins.questions import balance

log = logging.getLogger(__name__)

USER = "demo"
DAYS = 370
"""So many days lie before today: the whole of the year on the heat map."""

SEED = 20
EVENING = time(20, 14)
"""Where the clock stands when the demo opens: today, with the warning behind and the deadline ahead."""

SOLVED_SOON = timedelta(seconds=40)
"""How long after the start the missing problem is solved, so that a first *Check now* finds it missing still."""

PREFIX = "exitzero-demo-"

_PROBLEMS = {
    Difficulty.EASY: (
        "Two Sum; Valid Parentheses; Merge Two Sorted Lists; Best Time to Buy and Sell Stock; Valid Palindrome; "
        "Invert Binary Tree; Valid Anagram; Binary Search; Flood Fill; Balanced Binary Tree; Linked List Cycle; "
        "First Bad Version; Ransom Note; Climbing Stairs; Longest Palindrome; Reverse Linked List; Majority Element; "
        "Add Binary; Diameter of Binary Tree; Middle of the Linked List; Contains Duplicate; Roman to Integer; "
        "Backspace String Compare; Counting Bits; Same Tree; Number of 1 Bits; Symmetric Tree; Missing Number; "
        "Plus One; Single Number; Reverse Bits; Move Zeroes; Happy Number; Subtree of Another Tree; Ugly Number"
    ),
    Difficulty.MEDIUM: (
        "Maximum Subarray; Insert Interval; 01 Matrix; K Closest Points to Origin; 3Sum; Clone Graph; Coin Change; "
        "Longest Substring Without Repeating Characters; Binary Tree Level Order Traversal; Course Schedule; "
        "Evaluate Reverse Polish Notation; Implement Trie (Prefix Tree); Product of Array Except Self; Min Stack; "
        "Validate Binary Search Tree; Number of Islands; Rotting Oranges; Combination Sum; Permutations; Word Break; "
        "Search in Rotated Sorted Array; Merge Intervals; Accounts Merge; Time Based Key-Value Store; Sort Colors; "
        "Lowest Common Ancestor of a Binary Tree; Partition Equal Subset Sum; String to Integer (atoi); Subsets; "
        "Spiral Matrix; Binary Tree Right Side View; Unique Paths; LRU Cache; Container With Most Water; Word Search; "
        "Longest Palindromic Substring; Task Scheduler; Find All Anagrams in a String; Minimum Height Trees; "
        "Letter Combinations of a Phone Number; House Robber; Gas Station; Jump Game; Rotate Image; Group Anagrams; "
        "Pacific Atlantic Water Flow; Kth Smallest Element in a BST; Daily Temperatures; Top K Frequent Words"
    ),
    Difficulty.HARD: (
        "Minimum Window Substring; Serialize and Deserialize Binary Tree; Trapping Rain Water; Word Ladder; "
        "Find Median from Data Stream; Basic Calculator; Maximum Profit in Job Scheduling; Merge k Sorted Lists; "
        "Largest Rectangle in Histogram; Sliding Window Maximum; Median of Two Sorted Arrays; N-Queens"
    ),
}

# Days before today on which something out of the ordinary happens.
_TARGETS = {310: 2, 200: 3, 150: 2, 46: 3}
_RESTS_ASKED = {250: (236, 235, 234), 75: (61, 60), 5: (-9,)}
_DEARER = {110: 60}
_PASSES = {118: "In bed with a fever", 20: "Flight home, no network"}
_OVERRIDDEN = 83
_UNPROVED = 142
_CORRECTED = 27
_DOWN = 41
_STREAK = 12
_LATELY = 15
"""The engine watched all day since then; before, the machine was on in the evening, or now and then."""


class DemoClock:
    """A clock that stands where it is put, until :meth:`run` lets it go on with real time from there.

    Wall and monotonic clock move together, so that no jump is ever found.
    """

    def __init__(self, at: datetime, real: SystemClock) -> None:
        self._at = at
        self._real = real
        self._since: float | None = None
        self._begun = at

    def put(self, at: datetime) -> None:
        """Stand at this instant."""
        self._at = at

    def run(self) -> None:
        """Go on from here as fast as real time."""
        self._since = self._real.monotonic()

    def now(self) -> datetime:
        """The demo's time, in UTC."""
        since = self._since
        return self._at if since is None else self._at + timedelta(seconds=self._real.monotonic() - since)

    def monotonic(self) -> float:
        """Seconds since the demo's year began."""
        return (self.now() - self._begun).total_seconds()

    def zone(self) -> str:
        """This machine's zone."""
        return self._real.zone()


class DemoEngine(Engine):
    """An engine that takes its stand-in and its folder with it when it closes."""

    stand_in: StandIn

    def close(self) -> None:
        """Stop, and leave nothing behind."""
        super().close()
        self.stand_in.close()
        shutil.rmtree(self.data_dir, ignore_errors=True)


def build_demo(
    *,
    mode: str,
    on_notice: Callable[[Notice], object] = lambda _notice: None,
    on_fault: Callable[[BaseException], object] = lambda _error: None,
    on_progress: Callable[[float], object] = lambda _part: None,
    real: SystemClock | None = None,
) -> Engine:
    """An engine on a year of generated days, watching. Blocks for some seconds; the caller closes it.

    ``on_progress`` hears the finished part, 0 to 1, in this thread. Raises :class:`StoreTrouble` if there is no room.
    """
    remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    used = real or SystemClock()
    zone = ZoneInfo(used.zone())
    today = used.now().astimezone(zone).date()
    clock = DemoClock(_at(today - timedelta(days=DAYS), time(8), zone), used)
    path = paths.database_file(folder)
    migrate(path)
    keeper = Timekeeper(clock)
    database = Database(path, keeper.now)
    stand_in = StandIn(USER, now=clock.now, daily=("course-schedule", "Course Schedule", Difficulty.MEDIUM))
    http = HttpClient(monotonic=clock.monotonic)
    vault = MemoryVault(reason="The demo keeps nothing.")
    sources = [entry.make(http, stand_in.url, vault) for entry in catalogue.SOURCES.values()]
    source = next(each for each in sources if isinstance(each, LeetCode))
    _Year(database, source, stand_in, clock, today=today, zone=zone).live(on_progress)
    clock.run()
    engine = DemoEngine(
        database,
        data_dir=folder,
        clock=clock,
        sources=sources,
        inside=catalogue.INSIDE,
        outside=(),
        vault=vault,
        lock=EngineLock(paths.lock_file(folder)),
        helper=Client(folder / "no-helper.sock"),  # nothing of the demo reaches outside, so it never locks
        keeper=keeper,
        on_notice=on_notice,
        on_fault=on_fault,
        demo=True,
    )
    engine.stand_in = stand_in
    engine.on_close(http.close)
    keeper.on_jump = engine.jumped
    database.write(lambda unit: unit.touch(*Topic)).result()
    if mode != "command":
        engine.start(mode)
    return engine


def remove_leftovers() -> None:
    """Remove the folders of demos that were killed; those that still run hold their lock."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        file = paths.lock_file(folder)
        if not file.exists() or file.owner() != Path.home().owner():
            continue
        lock = EngineLock(file)
        if lock.acquire():
            lock.release()
            shutil.rmtree(folder, ignore_errors=True)


def _at(label: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(label, hour, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class _Event:
    """Something that happens at an instant; it may be a beat with failures, which gives True."""

    at: datetime
    happen: Callable[[Unit], object]


class _Year:
    """The person's year: what they submit, when the engine asks, what they do to their contract."""

    def __init__(
        self, database: Database, source: LeetCode, stand_in: StandIn, clock: DemoClock, *, today: date, zone: ZoneInfo
    ) -> None:
        self._database = database
        self._source = source
        self._stand_in = stand_in
        self._clock = clock
        self._today = today
        self._zone = zone
        self._random = random.Random(SEED)  # noqa: S311 - plausible days, not secrets
        self._problems = [
            (title.strip(), difficulty) for difficulty, titles in _PROBLEMS.items() for title in titles.split(";")
        ]
        self._random.shuffle(self._problems)
        self._number = 1_400_000_000
        self._solved = 0
        self._hunt = Hunt(today, zone.key, lambda label, hour: _at(label, hour, zone))
        self._terms = Terms(clauses=(Clause(ClauseKind.LEETCODE, 1, subject=USER),), burn=45)

    def live(self, on_progress: Callable[[float], object]) -> None:
        """Live through all days up to this evening."""
        days = (event for ago in range(DAYS, -1, -1) for event in self._day(ago))
        events = iter(sorted(days, key=lambda event: event.at))
        consequences = {each.kind: each for each in catalogue.INSIDE}
        begun, whole = self._clock.now(), timedelta(days=DAYS)
        while self._database.write(partial(self._until_failure, events=events)).result():
            deliver_inside(self._database, consequences)
            on_progress((self._clock.now() - begun) / whole)
        on_progress(1.0)

    def _until_failure(self, unit: Unit, events: Iterator[_Event]) -> bool:
        """Let events happen, all in one transaction, until a day fails: what that orders is delivered in between."""
        for event in events:
            self._clock.put(event.at)
            if event.happen(Unit(unit.session, event.at)) is True:
                return True
        return False

    # What happens

    def _day(self, ago: int) -> Iterator[_Event]:
        label = self._today - timedelta(days=ago)
        yield from self._deeds(ago, label)
        if ago == 0:
            yield from self._this_day(label)
            yield from self._hunted(ago, short=True)
            return
        solved = self._solved_on(ago)
        yield from self._hunted(ago, short=solved < self._target(ago))
        times = self._evening(label, solved)
        late = times.pop() if ago == _CORRECTED else None
        for at in times:
            yield self._submit(at)
        if self._random.random() < 0.15:
            yield self._submit(self._evening(label, 1)[0], "Wrong Answer")
        yield from self._watch(ago, label, short=solved < self._target(ago) or late is not None)
        if late is not None:
            shown = _at(label + timedelta(days=1), time(7, 30), self._zone)
            yield self._submit(late, shown=shown)
            yield self._poll(shown + timedelta(minutes=5))

    def _hunted(self, ago: int, *, short: bool) -> Iterator[_Event]:
        """What the person does for the job on that day: nothing while they rest or are excused."""
        idle = ago in _PASSES or any(ago in days for days in _RESTS_ASKED.values())
        for deed in self._hunt.deeds(ago, short=short, idle=idle):
            yield _Event(deed.at, partial(self._act, deed.do))

    def _act(self, do: Callable[[Actions], object], unit: Unit) -> None:
        # The day is opened once; a beat before each of hundreds of deeds would take as long as the year itself.
        here = row_at(unit.session, unit.now) is not None
        do(Actions(unit, self._zone.key) if here else self._actions(unit))

    def _solved_on(self, ago: int) -> int:
        """How many problems a day sees solved."""
        target = self._target(ago)
        if ago in _PASSES:
            return 0
        if ago == _UNPROVED - 1:
            return 23  # more than the list shows, after a day on which nobody asked
        if self._fails(ago):
            return self._random.randrange(target)
        return target + self._random.choice((0, 0, 0, 1, 1, 2))

    def _watch(self, ago: int, label: date, *, short: bool) -> Iterator[_Event]:
        """When the engine runs and asks on a day that is over."""
        hours: tuple[time, ...] = ()
        if ago < _LATELY:
            hours = (time(9, 5), time(14, 20), time(20, 0, 30), *((time(22, 0, 20),) if short else ()))
        elif short and ago != _UNPROVED:
            hours = (time(20, 0, 30), time(22, 0, 20)) if ago < 2 * _LATELY else (time(22, 0, 20),)[ago % 2 :]
        for hour in hours:
            yield self._poll(_at(label, hour, self._zone))
        proof = _at(label + timedelta(days=1), time(0, 10, 41), self._zone)
        if ago in {_OVERRIDDEN, _DOWN}:
            for hour in (time(19, 4), time(21, 4), time(23, 4)):
                yield self._trouble(_at(label, hour, self._zone))
        if ago == _OVERRIDDEN:
            yield self._trouble(proof)
            yield _Event(proof + timedelta(minutes=20), self._beat)
            yield _Event(proof + timedelta(hours=8), self._override(label))
            yield self._poll(proof + timedelta(hours=10))
        elif ago < 2 * _LATELY or ago in {_UNPROVED + 1, _UNPROVED - 1}:
            yield self._poll(proof)
        elif ago % 3 == 0 and ago != _UNPROVED:
            # The machine was off meanwhile; one answer proves the days behind it, late.
            yield self._poll(proof + timedelta(hours=8))

    def _this_day(self, label: date) -> Iterator[_Event]:
        """Today: an outage in the morning, two of three solved by the evening, the third a moment away."""
        for hour in (time(13, 8), time(18, 47)):
            yield self._submit(_at(label, hour, self._zone))
        yield _Event(_at(label, time(7, 40), self._zone), self._bet)
        for hour in (time(8, 31), time(9, 31), time(10, 31)):
            yield self._trouble(_at(label, hour, self._zone))
        asked = [time(7, 31), time(11, 31), *(time(hour, 31) for hour in range(12, 20)), time(20, 0, 12), time(20, 12)]
        for hour in asked:
            yield self._poll(_at(label, hour, self._zone))
        evening = _at(label, EVENING, self._zone)
        yield self._submit(evening + SOLVED_SOON, shown=evening)
        yield _Event(evening, self._beat)

    def _deeds(self, ago: int, label: date) -> Iterator[_Event]:
        """What the person does beside solving problems."""
        morning = _at(label, time(8, 5), self._zone)
        if ago == DAYS:
            yield _Event(morning, lambda unit: unit.record(EngineStarted(__version__, "window")))
            yield self._adopt(morning, lambda terms: terms)
        if ago in _TARGETS:
            goal = _TARGETS[ago]
            yield self._adopt(
                morning,
                lambda terms: replace(terms, clauses=(replace(terms.clauses[0], target=goal), *terms.clauses[1:])),
            )
        if ago in _RESTS_ASKED:
            rests = {self._today - timedelta(days=each) for each in _RESTS_ASKED[ago]}
            yield self._adopt(morning, lambda terms: replace(terms, rest_days=terms.rest_days | rests))
        if ago in _DEARER:
            yield self._adopt(morning, lambda terms: replace(terms, burn=_DEARER[ago]))
        if ago in {BEGINS, MORE}:
            yield self._adopt(morning, lambda terms: self._hunt.terms(terms, ago))
        if ago in _PASSES:
            yield _Event(morning, lambda unit: self._actions(unit).use_pass(_PASSES[ago]))

    def _target(self, ago: int) -> int:
        """What the contract owes on that day; a looser target holds a week after it was asked for."""
        target = 1
        for asked, goal in _TARGETS.items():
            if ago <= (asked if goal > target else asked - 7):
                target = goal
        return target

    def _fails(self, ago: int) -> bool:
        if ago in {_CORRECTED, _OVERRIDDEN, _DOWN} or ago <= _STREAK:
            return False
        if ago in {_STREAK + 1, _UNPROVED}:
            return True
        return self._random.random() < (0.18 if ago > 200 else 0.1)

    def _evening(self, label: date, number: int) -> list[datetime]:
        minutes = sorted(self._random.sample(range(9 * 60, 19 * 60 + 50), number))
        hours = [time(minute // 60, minute % 60, self._random.randrange(60)) for minute in minutes]
        return [_at(label, hour, self._zone) for hour in hours]

    def _submit(self, at: datetime, verdict: str = "Accepted", *, shown: datetime | None = None) -> _Event:
        """Hand something in at an instant, which the service learns of then, or when it is ``shown``."""
        # New problems first, from then on reviews.
        known = min(self._solved, len(self._problems))
        if known and (known == len(self._problems) or self._random.random() < 0.6):
            title, difficulty = self._problems[self._random.randrange(known)]
        else:
            title, difficulty = self._problems[self._solved]
            self._solved += verdict == "Accepted"
        slug = "-".join("".join(each if each.isalnum() else " " for each in title.lower()).split())
        self._number += self._random.randrange(1, 400_000)
        submission = Submission(self._number, at, slug, title, difficulty, verdict)
        return _Event(shown or at, lambda _unit: self._stand_in.add(submission))

    # What the engine and the person do

    def _poll(self, at: datetime) -> _Event:
        return _Event(at, self._ask)

    def _ask(self, unit: Unit) -> bool:
        """Ask as the engine does, without the socket between."""
        for ask in observe.asks(unit.session, unit.now):
            answer = self._stand_in.answer({"operationName": "exitzero", "variables": {"username": USER, "limit": 20}})
            body = json.dumps(answer).encode()
            evidence = Evidence(
                digest=sha256(body).hexdigest(),
                body=body,
                content_type="application/json",
                status=200,
                origin=self._source.origin,
                official=self._source.official,
                parser=PARSER,
                asked_at=unit.now,
                server_at=unit.now.replace(microsecond=0),
            )
            result = self._source.reread(evidence, observe.request_of(ask, unit.now))
            observe.record_result(unit, ask, result, self._source, unit.now)
        return self._beat(unit)

    def _trouble(self, at: datetime) -> _Event:
        def happen(unit: Unit) -> bool:
            failed = self._beat(unit)
            trouble = SourceTrouble(
                "LeetCode answered 503.",
                "It is tried again by itself.",
                reason="server_error",
                retry_after=timedelta(hours=1),
            )
            for ask in observe.asks(unit.session, unit.now):
                observe.record_trouble(unit, ask, trouble, self._source, unit.now)
            return failed

        return _Event(at, happen)

    def _beat(self, unit: Unit) -> bool:
        done = beat(unit, zone=self._zone.key, time_confirmed=True)
        return any(verdict.outcome is Outcome.FAILED for verdict in done.verdicts)

    def _actions(self, unit: Unit) -> Actions:
        beat(unit, zone=self._zone.key, time_confirmed=True)  # opens the day, as the engine does before any action
        return Actions(unit, self._zone.key)

    def _adopt(self, at: datetime, change: Callable[[Terms], Terms]) -> _Event:
        def happen(unit: Unit) -> None:
            self._terms = change(self._terms)
            self._actions(unit).adopt(self._terms)
            self._beat(unit)

        return _Event(at, happen)

    def _bet(self, unit: Unit) -> None:
        actions = self._actions(unit)
        coins = balance(unit.session).coins
        if coins:
            actions.place_bet(min(10, coins))

    def _override(self, label: date) -> Callable[[Unit], None]:
        def happen(unit: Unit) -> None:
            self._actions(unit).override(label, "LeetCode was down all evening; solved on paper")

        return happen


__all__ = ["DAYS", "NAME", "USER", "DemoClock", "DemoEngine", "build_demo", "remove_leftovers"]
