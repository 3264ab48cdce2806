"""The hunt for a job in the demo's year: whom the person writes to, with which proofs, and the mocks that they sit.

Made by the actions that the pages call, so that boards, funnels, the calendar and the judge show what they would show
of a real hunt. The people and companies do not exist.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from exitzero.core.contract import Terms, usual_clause
from exitzero.core.words import ClauseKind
from exitzero.engine.actions import Actions
from exitzero.work.mocks.views import SCORE_ROWS, MockEdit, Outcome
from exitzero.work.outreach.views import TargetEdit

BEGINS = 43
"""So many days ago the person began to look for a job: from then on outreach and mocks are owed too."""

MORE = 19
"""So many days ago they owed more outreach; before that, two a day."""

TARGET, FEWER = 5, 2
DONE_TODAY = 2
MOCKS_EVERY = 5
_SEED = 7
_HOUR = time(18)
_LONG = timedelta(hours=1)
_NEXT_MOCK = -3
"""The next mock lies so many days behind today."""

_PEOPLE = (
    ("Noor Haddad", "Recruiter", "linkedin"), ("Liu Wei", "Hiring manager", "linkedin"),
    ("Ines Duarte", "Engineering manager", "linkedin"), ("Tomasz Zielinski", "Staff engineer", "x"),
    ("Amara Osei", "Talent partner", "linkedin"), ("Kenji Mori", "CTO", "x"),
    ("Freya Lund", "Head of platform", "linkedin"), ("Mateo Rojas", "Recruiter", "linkedin"),
    ("Priya Menon", "Hiring manager", "linkedin"), ("Jonas Weber", "Team lead", "linkedin"),
    ("Zoe Laurent", "Founder", "x"), ("Sefa Kaya", "Recruiter", "linkedin"),
    ("Olga Marin", "Engineering manager", "linkedin"), ("Dev Anand", "Principal engineer", "x"),
    ("Hana Novak", "People partner", "linkedin"), ("Ravi Iyer", "Director", "linkedin"),
    ("Lucia Ferri", "Hiring manager", "linkedin"), ("Sam Okafor", "Recruiter", "linkedin"),
)  # fmt: skip
_COMPANIES = ("Northwind Robotics", "Paper Lantern", "Orbital Bakery", "Quiet Harbor", "Tin Whale", "Second Sun")
_TOPICS = ("Arrays and strings", "System design", "Graphs", "Behavioural", "Dynamic programming", "Concurrency")
_PLATFORMS = ("Pramp", "With a friend", "interviewing.io", "Exponent")


class Deed(NamedTuple):
    """Something the person does at an instant."""

    at: datetime
    do: Callable[[Actions], object]


class Hunt:
    """The deeds of each day; ``at`` gives an instant of a day by the person's clock."""

    def __init__(self, today: date, zone: str, at: Callable[[date, time], datetime]) -> None:
        self._today = today
        self._zone = zone
        self._at = at
        self._random = random.Random(_SEED)  # noqa: S311 - plausible days, not secrets
        self._targets: list[int] = []
        self._mocks: dict[int, str] = {}
        self._proofs = 0

    def terms(self, terms: Terms, ago: int) -> Terms:
        """What the person agrees on that many days ago."""
        number = TARGET if ago <= MORE else FEWER
        kept = tuple(each for each in terms.clauses if each.kind is ClauseKind.LEETCODE)
        owed = usual_clause(ClauseKind.OUTREACH, target=number), usual_clause(ClauseKind.MOCKS)
        return replace(terms, clauses=(*kept, *owed))

    def deeds(self, ago: int, *, short: bool, idle: bool) -> Iterator[Deed]:
        """The deeds of the day that many days ago; a ``short`` day does too little, an ``idle`` one nothing."""
        if ago > BEGINS or idle:
            return
        label = self._today - timedelta(days=ago)
        if ago == BEGINS:
            yield Deed(self._at(label, time(8, 20)), self._add_targets)
            for number in self._mock_days():
                if number > BEGINS - 2 * MOCKS_EVERY:
                    yield Deed(self._at(label, time(8, 30)), self._book(number))
        if ago == 1:
            yield Deed(self._at(label, time(20, 40)), self._promise)
        owed = TARGET if ago <= MORE else FEWER
        count = DONE_TODAY if not ago else self._random.randrange(owed) if short else owed
        for number in range(count):
            minute = 9 * 60 + 40 + number * 97 + self._random.randrange(60)
            yield Deed(self._at(label, time(minute // 60, minute % 60, 20)), self._write)
        if ago in self._mock_days():
            yield from self._sit(ago, label)

    def _sit(self, ago: int, label: date) -> Iterator[Deed]:
        """After a mock the next but one is booked, and the sheet is filled; of the last one it still is to be."""
        after = self._at(label, time(19, 10))
        later = ago - 2 * MOCKS_EVERY
        if later >= _NEXT_MOCK:
            yield Deed(after, self._book(later))
        if ago > MOCKS_EVERY:
            yield Deed(after + timedelta(minutes=4), self._score(ago))

    @staticmethod
    def _mock_days() -> range:
        first = BEGINS - (BEGINS - _NEXT_MOCK) % MOCKS_EVERY
        return range(first, _NEXT_MOCK - 1, -MOCKS_EVERY)

    def _add_targets(self, actions: Actions) -> None:
        board = actions.outreach
        for number, (name, role, platform) in enumerate(_PEOPLE):
            edit = TargetEdit(name, company=_COMPANIES[number % len(_COMPANIES)], role=role, platform=platform)
            self._targets.append(board.add(edit))

    def _promise(self, actions: Actions) -> None:
        """Three are to be asked again tomorrow."""
        for target in self._targets[6:9]:
            actions.outreach.set_follow_up(target, self._today)

    def _write(self, actions: Actions) -> None:
        """The next in the round is written to; now and then somebody answers."""
        board = actions.outreach
        place = self._proofs % len(self._targets)
        target, platform = self._targets[place], _PEOPLE[place][2]
        self._proofs += 1
        thread = f"2-demo{self._proofs:06}"
        link = f"https://www.linkedin.com/messaging/thread/{thread}/"
        if platform == "x":
            link = f"https://x.com/messages/100200300-{700_000_000 + self._proofs}"
        board.log_link(target, link)
        stages = {31: "replied", 44: "rejected", 58: "interview", 73: "replied", 90: "interview", 104: "rejected"}
        if self._proofs in stages:
            board.move(target, stages[self._proofs])

    def _book(self, ago: int) -> Callable[[Actions], None]:
        starts = self._at(self._today - timedelta(days=ago), _HOUR)
        turn = len(self._mock_days()) - (ago - _NEXT_MOCK) // MOCKS_EVERY

        def book(actions: Actions) -> None:
            topic, platform = _TOPICS[turn % len(_TOPICS)], _PLATFORMS[turn % len(_PLATFORMS)]
            edit = MockEdit(starts, starts + _LONG, self._zone, topic, platform=platform, topic=topic)
            self._mocks[ago] = actions.mocks.book(edit)

        return book

    def _score(self, ago: int) -> Callable[[Actions], None]:
        done = (BEGINS - ago) / BEGINS

        def score(actions: Actions) -> None:
            scores = {row: min(5, 2 + round(2 * done) + self._random.randrange(2)) for row in SCORE_ROWS}
            outcome = Outcome(self._mocks[ago], "complete", scores, study="State the invariant before the code.")
            actions.mocks.answer(outcome)

        return score
