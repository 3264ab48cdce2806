"""A life to put the engine through: a clock that only the test moves, a LeetCode on a real socket whose ``Date`` is the
true time whatever this machine's clock says, and a driver that lives through days, sleep, restarts and outages.

Everything but time is the real thing: SQLite on disk, the migrated schema, HTTP over loopback, the engine as the
program builds it.
"""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch
from zoneinfo import ZoneInfo

from exitzero.build import build_engine, open_database
from exitzero.core import facts
from exitzero.core.contract import Clause, Terms
from exitzero.core.observation import Difficulty
from exitzero.core.verdict import Outcome
from exitzero.core.words import ClauseKind
from exitzero.desktop import paths
from exitzero.desktop.notifications import Notice
from exitzero.desktop.vault import MemoryVault
from exitzero.engine.actions import Actions
from exitzero.engine.engine import Engine
from exitzero.engine.locks import Helper
from exitzero.engine.questions import Questions
from exitzero.engine.views import DayPage
from exitzero.net.http import HttpClient
from exitzero.store import journal
from exitzero.truth.leetcode_stand_in import ACCEPTED, StandIn, Submission
from tests.servers.misbehaving import Misbehaving, Reply, Seen

T = TypeVar("T")
F = TypeVar("F", bound=facts.Fact)

USER = "ada"
BERLIN = "Europe/Berlin"
DAY_ONE = date(2026, 6, 10)
"""A Wednesday without anything special about it."""

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def local(label: date, hour: str, zone: str = BERLIN) -> datetime:
    """The instant of a wall-clock time in a zone, in UTC."""
    return datetime.combine(label, time.fromisoformat(hour), tzinfo=ZoneInfo(zone)).astimezone(UTC)


class FakeClock:
    """This machine's clocks. ``true`` is what time it is, ``error`` by how much the wall clock is set wrongly.

    The monotonic clock follows the true time, through sleep too; it knows nothing of ``error``.
    """

    def __init__(self, true: datetime, zone: str) -> None:
        self.true = true
        self.error = timedelta(0)
        self.zone_name = zone

    def now(self) -> datetime:
        """The wall clock."""
        return self.true + self.error

    def monotonic(self) -> float:
        """Seconds that nobody can set."""
        return (self.true - _EPOCH).total_seconds()

    def zone(self) -> str:
        """This machine's zone."""
        return self.zone_name


class Person(StandIn):
    """LeetCode's memory of one person, which a new test can wipe."""

    def forget(self) -> None:
        """Begin with nothing handed in."""
        with self._lock:
            self._submissions.clear()


Fault = Callable[[Reply], Reply]


class Service(Misbehaving):
    """LeetCode as the network shows it: the person's answers, bent by :attr:`fault` while there is one.

    Every ``Date`` is the true time, however wrong this machine's clock is.
    """

    def __init__(self) -> None:
        self.true: Callable[[], datetime] = lambda: _EPOCH
        self.fault: Fault | None = None
        # Asked anew each time, since each life brings a clock of its own.
        self.person = Person(USER, now=lambda: self.true())  # noqa: PLW0108
        super().__init__()

    def next_reply(self, seen: Seen) -> Reply:
        """The answer to one question."""
        super().next_reply(seen)
        good = Reply.of(self.person.answer(seen.json()), date=self.true())
        return good if self.fault is None else replace(self.fault(good), date=self.true())

    def anew(self, true: Callable[[], datetime]) -> None:
        """Forget the last test."""
        self.true, self.fault = true, None
        self.person.forget()
        self.seen.clear()

    def close(self) -> None:
        """Stop serving."""
        super().close()
        self.person.close()


def make_template(folder: Path) -> Path:
    """A migrated, empty database; the tests start from copies of it."""
    open_database(folder, lambda: _EPOCH, whole=False).close()
    return paths.database_file(folder)


def terms(target: int = 1, *, zone: str = BERLIN, **changes: Any) -> Terms:
    """The plainest contract: so many submissions a day by :data:`USER`; ``changes`` are those of a clause."""
    return Terms(clauses=(Clause(ClauseKind.LEETCODE, target, subject=USER, **changes),), zone=zone)


@dataclass(slots=True)
class Tally:
    """What came out of a life, held against what was really done: each list names the days at fault."""

    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The three figures in words."""
        return f"wrong punishments {self.wrong}, missed judgements {self.missed}, doubled effects {self.doubled}"

    @property
    def is_clean(self) -> bool:
        """True if nothing is at fault."""
        return not (self.wrong or self.missed or self.doubled)


FAULT_TABLE: list[tuple[str, Tally]] = []
"""Every life with a trouble that was lived in this session, and what came out of it; printed at the end."""


class Life:
    """One person with one machine. ``start`` is the true time at which it is switched on."""

    def __init__(
        self,
        folder: Path,
        template: Path,
        service: Service,
        *,
        start: datetime,
        zone: str = BERLIN,
        error: timedelta = timedelta(0),
        helper: Callable[[FakeClock], Helper] | None = None,
    ) -> None:
        self.folder = folder
        self.clock = FakeClock(start, zone)
        self.helper = helper(self.clock) if helper is not None else None
        self.clock.error = error
        self.service = service
        service.anew(lambda: self.clock.true)
        self.patience = 10.0
        self.vault = MemoryVault()
        self.notices: list[Notice] = []
        self.faults: list[BaseException] = []
        self.submitted: list[Submission] = []
        self._engine: Engine | None = None
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(template, paths.database_file(folder))
        for months in (8, 5, 2):
            self.solve(start - timedelta(days=30 * months), slug=f"old-{months}")
        self.on()

    # The machine

    @property
    def engine(self) -> Engine:
        """The running engine."""
        assert self._engine is not None, "the machine is off"
        return self._engine

    def on(self, *, url: str = "", error: timedelta | None = None) -> Engine:
        """Start the program; ``url`` is another address to ask, ``error`` what the clock is wrong by from now on."""
        if error is not None:
            self.clock.error = error
        patient = patch("exitzero.build.HttpClient", partial(HttpClient, timeout=self.patience))
        with patient:  # the program's own client, told how long to wait for an answer
            self._engine = build_engine(
                self.folder,
                mode="command",
                clock=self.clock,
                vault=self.vault,
                urls={"leetcode": url or self.service.url, "leetcode_cn": self.service.url},
                on_notice=self.notices.append,
                on_fault=self.faults.append,
                helper=self.helper,
            )
        return self._engine

    def off(self) -> None:
        """End the program."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def restart(self, *, url: str = "") -> None:
        """End the program and start it at once."""
        self.off()
        self.on(url=url)

    # Time

    @property
    def now(self) -> datetime:
        """The true time."""
        return self.clock.true

    def to(self, instant: datetime) -> None:
        """Let the true time pass until ``instant`` without anything happening, as in sleep."""
        assert instant >= self.clock.true, "time does not run backwards"
        self._settle()
        self.clock.true = instant

    def turn(self, error: timedelta) -> None:
        """Set the wall clock wrong by ``error`` from now on."""
        self._settle()
        self.clock.error = error

    def _settle(self) -> None:
        """Wait until the writer has nothing left to do, so that it never sees a clock half moved."""
        if self._engine is not None:
            self._engine.database.write(lambda _unit: None).result()

    def pulse(self) -> None:
        """One round of the engine's loop: do what is due, ask whom it is time to ask, do what follows."""
        self.engine.beat()
        self.engine.lockdown.keep()
        self.engine._ask_due()

    def live(self, until: datetime, *, every: timedelta = timedelta(hours=3), ladder: bool = True) -> None:
        """Live on to ``until`` with a round every so often, at each rung (or not) and around each deadline."""
        while self.now < until:
            self.to(min([until, self.now + every, *(each for each in self._marks(ladder=ladder) if each > self.now)]))
            self.pulse()

    def _marks(self, *, ladder: bool) -> list[datetime]:
        today = self.ask(Questions.today)
        if today is None:
            return []
        marks = [rung.due + timedelta(seconds=1) for rung in today.rungs if ladder]
        return [*marks, today.closes - 20 * MINUTE, today.closes, today.ends, today.starts + 11 * MINUTE]

    # The person

    def solve(
        self,
        at: datetime | None = None,
        *,
        slug: str = "",
        difficulty: Difficulty = Difficulty.EASY,
        verdict: str = ACCEPTED,
    ) -> Submission:
        """Hand something in at LeetCode; now, if nothing else is said. What lies ahead shows when its time comes."""
        number = 1000 + len(self.submitted)
        slug = slug or f"problem-{number}"
        done = Submission(number, at or self.now, slug, slug.replace("-", " ").title(), difficulty, verdict)
        self.submitted.append(done)
        self.service.person.add(done)
        return done

    def adopt(self, wanted: Terms | None = None) -> None:
        """Agree on a contract."""
        self.do(partial(_adopt, wanted=wanted or terms()))

    def do(self, action: Callable[[Actions], T]) -> T:
        """Act, and wait for it."""
        return self.engine.do(action).result()

    def ask(self, question: Callable[[Questions], T]) -> T:
        """Ask, and wait for the answer."""
        return self.engine.ask(question).result()

    # What came of it

    def facts(self, kind: type[F]) -> list[F]:
        """All facts of one kind, in order."""
        found = self.engine.database.read(lambda session: [*journal.of_kinds(session, [kind])]).result()
        return [each.fact for each in found if isinstance(each.fact, kind)]

    def day(self, label: date) -> DayPage:
        """Everything about one day."""
        page = self.ask(lambda questions: questions.day(label))
        assert page is not None, f"{label} was never opened"
        return page

    def state(self, label: date) -> str:
        """The word for one day: its outcome, or open, held."""
        return self.day(label).state

    @property
    def coins(self) -> int:
        """The sum of the ledger; negative is debt."""
        ledger = self.ask(lambda questions: questions.ledger())
        return ledger.coins - ledger.debt

    def was_done(self, label: date, target: int = 1) -> bool:
        """Whether the work of a day was really done, whatever the engine knows of it."""
        page = self.day(label)
        inside = [each for each in self.submitted if each.verdict == ACCEPTED and page.starts <= each.at < page.closes]
        return len(inside) >= target

    def tally(self, labels: Iterable[date], *, target: int = 1, unprovable: Sequence[date] = ()) -> Tally:
        """Hold the journal against what was really done on ``labels``, all of which have closed.

        On ``unprovable`` days no verdict, or one that costs nothing, is right.
        """
        tally = Tally()
        failed = {fact.label for fact in self.facts(facts.DayJudged) if fact.outcome is Outcome.FAILED}
        burned = {fact.label for fact in self.facts(facts.CoinsMoved) if fact.key.startswith("coins:")}
        for label in labels:
            done, state = self.was_done(label, target), self.state(label)
            if (done or label in unprovable) and label in failed | burned:
                tally.wrong.append(f"{label} {state}")
            if label in unprovable:
                if state not in {"held", "open", "unproved"}:
                    tally.missed.append(f"{label} {state}, which nobody could know")
            elif state != ("success" if done else "failed"):
                tally.missed.append(f"{label} {state}, done: {done}")
        tally.doubled += self._doubled()
        return tally

    def _doubled(self) -> list[str]:
        """Every effect that happened more than once, or for nothing."""
        found = [f"verdict {k}" for k, n in Counter(f.label for f in self.facts(facts.DayJudged)).items() if n > 1]
        rungs = Counter((f.label, f.name) for f in self.facts(facts.RungFired))
        found += [f"rung {key}" for key, n in rungs.items() if n > 1]
        moves = self.facts(facts.CoinsMoved)
        found += [f"coins {key}" for key, n in Counter(move.key for move in moves).items() if n > 1]
        confirmed = Counter(f.key for f in self.facts(facts.ConsequenceConfirmed))
        found += [f"consequence {key}" for key, n in confirmed.items() if n > 1]
        asked = Counter((f.observation.key, f.observation.difficulty) for f in self.facts(facts.ObservationRecorded))
        found += [f"observation {key}" for key, n in asked.items() if n > 1]
        notices = Counter((n.replaces, n.title, n.body) for n in self.notices if n.kind in {"verdict", "ladder"})
        found += [f"notice {key}" for key, n in notices.items() if n > 1]
        return found + self._moved_for_nothing()

    def _moved_for_nothing(self) -> list[str]:
        """Coins that no verdict, correction or override accounts for, and those that one should have moved."""
        verdicts = self.facts(facts.DayJudged)
        mended = {fix.label for fix in self.facts(facts.VerdictCorrected) if fix.outcome is Outcome.SUCCESS}
        lifted = mended | {fact.label for fact in self.facts(facts.DayOverridden)}
        burned = {fact.label for fact in verdicts if fact.outcome is Outcome.FAILED and not fact.spared}
        owed = {f"success:{fact.label}" for fact in verdicts if fact.outcome is Outcome.SUCCESS}
        owed |= {f"success:{label}" for label in mended}
        owed |= {f"coins:{label}" for label in burned} | {f"refund:{label}" for label in burned & lifted}
        moved = {fact.key for fact in self.facts(facts.CoinsMoved)}
        of_days = {key for key in moved if key.startswith(("success:", "coins:", "refund:"))}
        return [f"coins {key}" for key in sorted(of_days ^ owed)]

    def check_file(self) -> None:
        """The chain is whole, the journal folds to the same tables again, and SQLite finds its file sound."""
        items = {item.key: item for item in self.engine.doctor()}
        for key in ("chain", "guards", "tables"):
            assert items[key].state == "good", items[key]
        with sqlite3.connect(paths.database_file(self.folder)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
        assert not self.faults, self.faults


def _adopt(actions: Actions, *, wanted: Terms) -> None:
    actions.adopt(wanted)


def page(status: int, body: str, **headers: str) -> Fault:
    """A fault that answers with a page of HTML whatever was asked."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _good: Reply(status, body.encode(), "text/html", headers=told)
