"""The engine: wakes up, asks, beats, delivers and tells; the same in the window, headless and for one command.

It owns the threads: one writer and the readers (in the database), a pool for the network, and a scheduler that only
wakes it up: what is due is worked out from state each time. Nothing here knows of Qt.

Long, because every errand that a page or a command may send it on stands here by name; what takes thought is elsewhere.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlmodel import Session

from exitzero import __version__
from exitzero.core.consequence import Consequence
from exitzero.core.contract import SENT_MAIL
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.facts import ClockJumped, EngineStarted, EngineStopped
from exitzero.core.observation import PollRequest, TruthSource
from exitzero.core.timekeeping import Jump
from exitzero.core.today import SourceView
from exitzero.core.topics import Topic, Topics
from exitzero.desktop.notifications import Notice
from exitzero.desktop.vault import Vault
from exitzero.engine import observe
from exitzero.engine.actions import Actions
from exitzero.engine.asking import Asker
from exitzero.engine.beat import Beat, beat
from exitzero.engine.calendar_access import Access
from exitzero.engine.calendars import Calendars
from exitzero.engine.connections import Connections
from exitzero.engine.keeping import Keeping
from exitzero.engine.lockdown import Lockdown
from exitzero.engine.locks import Helper
from exitzero.engine.mail import Mail
from exitzero.engine.mock_notices import of_reminder
from exitzero.engine.notices import of_correction, of_rung, of_verdict
from exitzero.engine.outbox import InsideConsequence, deliver_inside, deliver_outside, next_delivery
from exitzero.engine.present import keep_snapshot, today_of
from exitzero.engine.proofs import Proofs
from exitzero.engine.questions import Questions
from exitzero.engine.reading import contract_series, day_of, version_on
from exitzero.engine.rehearsal import rehearse
from exitzero.engine.timekeeper import Clock, Timekeeper
from exitzero.engine.views import CheckLine, HealthItem, Rehearsal
from exitzero.net.http import HttpClient
from exitzero.store import tables
from exitzero.store.database import Database, Unit
from exitzero.work.mocks import reminders

log = logging.getLogger(__name__)
T = TypeVar("T")

PULSE = timedelta(seconds=20)
"""How often the engine looks at the clock whatever the scheduler thinks, because a jump goes unnoticed by timers."""

WATCH = timedelta(seconds=2)
"""How soon the window notices what a command in another process wrote."""


class CannotStart(OutsideTrouble):
    """The engine cannot be built; ``choices`` are labelled ways out, each a call that mends what it says."""

    def __init__(self, trouble: OutsideTrouble, choices: Sequence[tuple[str, Callable[[], object]]] = ()) -> None:
        super().__init__(trouble.title, trouble.advice, reason=trouble.reason, retry_after=trouble.retry_after)
        self.trouble = trouble
        self.choices = tuple(choices)


class Lock(Protocol):
    """The right to run the engine on a database."""

    def acquire(self) -> bool: ...
    def release(self) -> None: ...
    def holder(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Status:
    """How the engine does. ``mode`` is watching, second (another process watches) or command."""

    mode: str
    holder: int
    next_check: datetime | None
    last_backup: datetime | None
    chain: str


class Engine:
    """One engine over one database. Every method but :meth:`now` and ``status`` may block or answers by a future."""

    def __init__(
        self,
        database: Database,
        *,
        data_dir: Path,
        clock: Clock,
        sources: Sequence[TruthSource],
        inside: Sequence[InsideConsequence],
        outside: Sequence[Consequence],
        vault: Vault,
        lock: Lock,
        helper: Helper,
        keeper: Timekeeper | None = None,
        on_notice: Callable[[Notice], object] = lambda _notice: None,
        on_fault: Callable[[BaseException], object] = lambda _error: None,
        demo: bool = False,
        http: HttpClient | None = None,
    ) -> None:
        self.database = database
        self.data_dir = data_dir
        self._keeper = keeper or Timekeeper(clock)
        self._sources = {source.name: source for source in sources}
        self._inside: Mapping[str, InsideConsequence] = {each.kind: each for each in inside}
        self.outside: Mapping[str, Consequence] = {each.kind: each for each in outside}
        self.connections = Connections(self, vault)
        self.mail = Mail(self, vault, http, self._sources.get(SENT_MAIL))
        self.proofs = Proofs(self)
        self._lock = lock
        self._on_notice = on_notice
        self._on_fault = on_fault
        self._demo = demo
        self._mode = "command"
        self._holder = 0
        self._next_check: datetime | None = None
        self._closing = threading.Event()
        self._closers: list[Callable[[], object]] = []
        self._asker = Asker(database, self._keeper, self._sources, self._closing)
        self._out = threading.Lock()
        self._delivering = threading.Lock()
        self._pool = ThreadPoolExecutor(3, thread_name_prefix="exitzero-net")
        self._scheduler: Any = None
        self.keeping = Keeping(database, data_dir=data_dir, vault=vault, now=self.now)
        self.lockdown = Lockdown(self, helper, may_lock=self._may_lock)
        self.calendars = Calendars(self, vault, Access(http, vault, now=self.now) if http is not None else None)
        database.before_commit(self._keep_snapshot)

    # What pages, commands and scripts use

    def now(self) -> datetime:
        """The reckoned time; cheap, for any thread."""
        return self._keeper.now()

    @property
    def status(self) -> Status:
        """How the engine does; cheap, for any thread."""
        return Status(self._mode, self._holder, self._next_check, self.keeping.last_backup, self.keeping.chain_words)

    def ask(self, question: Callable[[Questions], T]) -> Future[T]:
        """Ask the data; the question runs in a reader thread."""
        return self.database.read(lambda session: question(self._questions(session)))

    def do(self, action: Callable[[Actions], T]) -> Future[T]:
        """Act in one transaction; the future holds the action's result or its :class:`BadInput`."""
        zone = self._keeper.zone()

        def work(unit: Unit) -> T:
            result = action(Actions(unit, zone))
            if unit.recorded:
                beat(unit, zone=zone, time_confirmed=False)  # opens the day that a first contract begins
            return result

        future = self.database.write(work)
        future.add_done_callback(self._wake_after)
        return future

    def run(self, errand: Callable[["Engine"], T]) -> Future[T]:
        """Do something that takes a network or a disk, in the pool."""
        try:
            return self._pool.submit(errand, self)
        except RuntimeError:
            future: Future[T] = Future()
            future.set_exception(OutsideTrouble("ExitZero is closing.", "", reason="closing"))
            return future

    def listen(self, listener: Callable[[Topics], None]) -> None:
        """Call ``listener`` with the topics of each change, in the writer thread."""
        self.database.listen(listener)

    def on_close(self, closer: Callable[[], object]) -> None:
        """Call ``closer`` when the engine closes, before its threads are joined."""
        self._closers.append(closer)

    # Errands

    def check_now(self) -> tuple[CheckLine, ...]:
        """Ask every source that today depends on, now, and say what it means. Blocks on the network."""
        self.beat()
        now = self.now()
        wanted = self.database.read(lambda session: observe.asks(session, now)).result()
        for ask in wanted:
            self._asker.ask(ask, wished=True)
        self.beat()
        self.lockdown.keep()
        return self.ask(check_lines).result()

    def check_name(self, source: str, name: str) -> SourceView:
        """Look whether an account exists, without writing anything down.

        Raises :class:`SourceTrouble` or :class:`BadInput`.
        """
        if source not in self._sources:
            raise BadInput("source", f"There is no truth source {source!r}.")
        asked_at = self.now()
        result = self._sources[source].poll(PollRequest(name, asked_at, asked_at - timedelta(days=1)))
        solved = {word.lower(): count for word, count in result.profile.solved.items()}
        newest = max(result.observations, key=lambda each: each.at, default=None)
        return SourceView(
            source=source,
            subject=name,
            name=result.subject,
            asked_at=asked_at,
            last_good=result.server_at,
            origin=self._sources[source].origin,
            official=self._sources[source].official,
            last_title=newest.title if newest else "",
            last_at=newest.at if newest else None,
            solved_all=result.tally.solved if result.tally else None,
            solved_easy=solved.get("easy"),
            solved_medium=solved.get("medium"),
            solved_hard=solved.get("hard"),
        )

    def judge(self) -> Beat:
        """Judge what is due, after asking the sources for what it depends on. Blocks on the network."""
        self.beat()
        now = self.now()
        wanted = self.database.read(lambda session: observe.asks(session, now)).result()
        for ask in wanted:
            self._asker.ask(ask, wished=True)
        done = self.beat()
        self.deliver()
        self.lockdown.keep()
        return done

    def back_up(self) -> str:
        """Make a backup now; gives its name."""
        return self.keeping.back_up("asked").name

    def backups(self) -> tuple[tuple[str, datetime, bool, str], ...]:
        """The backups with what opening each of them shows, newest first."""
        return self.keeping.proved_backups()

    def export(self, path: str | Path, kind: str) -> str:
        """Write everything to ``path`` as json or csv; gives the path."""
        return self.keeping.export(Path(path), kind)

    def health(self) -> tuple[HealthItem, ...]:
        """Look at everything that could be wrong. Blocks on disk and keyring."""
        return self.keeping.health(self, whole=False)

    def rehearse(self) -> Rehearsal:
        """Play a whole failed day on a copy, with each consequence's own dry run. Blocks on disk and network."""
        return rehearse(self.database.path, self.now(), self._keeper.zone(), self.outside)

    def doctor(self) -> tuple[HealthItem, ...]:
        """The same, with the whole chain followed and the tables folded again."""
        return self.keeping.health(self, whole=True)

    def test_notification(self) -> str:
        """Show a notification that says it is a test; gives what to make of it."""
        self._on_notice(
            Notice(kind="test", title="A test of ExitZero", body="Warnings come like this.", replaces="test")
        )
        return "Handed to the desktop. If nothing shows, look at its own notification settings."

    def machine_zone(self) -> str:
        """This machine's time zone."""
        return self._keeper.zone()

    @property
    def time_confirmed(self) -> bool:
        """True if a source told the time since the start and since the last jump of the clock."""
        return self._keeper.confirmed

    @property
    def clock_doubt(self) -> str:
        """What is wrong with this machine's clock, in words."""
        return self._keeper.doubt

    @property
    def sources(self) -> tuple[TruthSource, ...]:
        """The truth sources."""
        return tuple(self._sources.values())

    # The loop

    def start(self, mode: str) -> None:
        """Begin to watch, as the only engine or, if another process has it, looking on until that one ends."""
        from apscheduler.schedulers.background import BackgroundScheduler
        from apscheduler.triggers.interval import IntervalTrigger

        self._take_over(mode)
        # Trigger objects and the monotonic-proof settings: a missed wake-up is one wake-up, never dropped.
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._scheduler.add_job(
            self._safely,
            IntervalTrigger(seconds=round(PULSE.total_seconds())),
            [partial(self._pulse, mode)],
            id="pulse",
        )
        self._scheduler.add_job(
            self._safely, IntervalTrigger(seconds=round(WATCH.total_seconds())), [self._watch], id="watch"
        )
        self._scheduler.add_job(self._safely, IntervalTrigger(minutes=30), [self.keeping.anchor], id="anchor")
        self._scheduler.start()
        self._pool.submit(self._safely, partial(self._settle_in, mode))

    def close(self) -> None:
        """Stop in good order: what was asked of the database is finished, what is on the network is cut.

        May be called twice.
        """
        if self._closing.is_set():
            return
        self._closing.set()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        for closer in self._closers:
            closer()
        self._pool.shutdown(wait=True, cancel_futures=True)
        if self._mode == "watching":
            try:
                self.database.write(lambda unit: unit.record(EngineStopped("engine"))).result()
            except OutsideTrouble as trouble:
                log.info("the end could not be written down: %s", trouble)
        self.database.close()
        self._lock.release()

    def beat(self) -> Beat:
        """Do all that is due, deliver what it ordered, tell the person. Blocks on the disk."""
        zone, confirmed = self._keeper.zone(), self._keeper.confirmed
        done = self.database.write(lambda unit: beat(unit, zone=zone, time_confirmed=confirmed)).result()
        deliver_inside(self.database, self._inside)
        self._announce(done)
        return done

    def remind(self) -> int:
        """Tell the reminders of mock interviews that are due; gives how many. Blocks on the disk."""
        now, confirmed = self.now(), self._keeper.confirmed

        def waits(session: Session) -> bool:
            return bool(reminders.due(session, now)) or (confirmed and reminders.unanswered_wait(session, now))

        if not self.database.read(waits).result():
            return 0

        def work(unit: Unit) -> tuple[reminders.Due, ...]:
            if confirmed:
                reminders.tell_unanswered(unit)
            return reminders.fire(unit)

        due = self.database.write(work).result()
        for each in due:
            self.tell(of_reminder(each, now, self._keeper.zone()))
        return len(due)

    def deliver(self) -> int:
        """Bring the orders for the world outside one step further; gives how many were confirmed.

        Blocks on the network. Does nothing where another process watches: it delivers. Nor before a source has told
        the time: a clock that runs ahead would cut an appeal short.
        """
        if not self._keeper.confirmed or not self._delivering.acquire(blocking=False):
            return 0
        borrowed = False
        try:
            if self._mode != "watching":
                borrowed = self._lock.acquire()
                if not borrowed:
                    return 0
            return deliver_outside(self.database, self.outside, self.now, closing=self._closing.is_set)
        finally:
            if borrowed:
                self._lock.release()
            self._delivering.release()

    def _take_over(self, mode: str) -> None:
        if self._lock.acquire():
            self._mode, self._holder = "watching", 0
            self.database.write(lambda unit: unit.record(EngineStarted(__version__, mode))).result()
            return
        holder = self._lock.holder()
        self._mode, self._holder = "second", holder.pid if holder is not None else 0

    def _settle_in(self, mode: str) -> None:
        self._pulse(mode)
        self.keeping.verify_new()
        self.keeping.anchor()

    def _pulse(self, mode: str) -> None:
        if self._mode != "watching":
            self._take_over(mode)
            if self._mode != "watching":
                return
        self.beat()
        self.remind()
        self._plan()
        # What waits for a network must not hold up the next beat: a rung that is due rings on time.
        try:
            self._pool.submit(self._safely, self.lockdown.keep)
            self._pool.submit(self._safely, self._go_out)
            self._pool.submit(self._safely, self.calendars.keep)
        except RuntimeError:
            log.debug("closing: nobody goes out any more")

    def _go_out(self) -> None:
        """Ask whom it is time to ask, deliver what is due; one thread at a time."""
        if not self._out.acquire(blocking=False):
            return
        try:
            self._ask_due()
            self.deliver()
            self.keeping.back_up_daily()
            self.mail.keep()
            self._plan()
        finally:
            self._out.release()

    def _ask_due(self) -> None:
        now = self.now()

        def due(session: Session) -> list[tuple[observe.Ask, datetime]]:
            return [(ask, observe.next_ask(session, ask, now)) for ask in observe.asks(session, now)]

        planned = self.database.read(due).result()
        if not planned:
            self._keeper.trust()
        asked = [ask for ask, when in planned if when <= now]
        for ask in asked:
            self._asker.ask(ask, wished=False)
        if asked:
            self.beat()
            self.lockdown.keep()
            planned = self.database.read(due).result()
        self._next_check = min((when for _ask, when in planned), default=None)

    def _plan(self) -> None:
        """Wake up at the very instant at which the next thing falls due, not at the next pulse after it."""
        from apscheduler.triggers.date import DateTrigger

        now = self.now()
        today = self.database.read(lambda session: today_of(session, now)).result()
        if today is None or self._scheduler is None or self._closing.is_set():
            return
        instants = [rung.due for rung in today.rungs] + [today.closes, today.ends]
        delivery = self.database.read(lambda session: next_delivery(session, now)).result()
        reminder = self.database.read(lambda session: reminders.next_due(session, now)).result()
        others = (self._next_check, delivery, reminder, self.calendars.next_read)
        instants += [instant for instant in others if instant is not None]
        coming = min((instant for instant in instants if instant > now), default=None)
        if coming is None or coming - now > PULSE:
            return
        self._scheduler.add_job(
            self._safely,
            # The scheduler goes by the wall clock; the difference to the reckoned time is what counts.
            DateTrigger(self._keeper.reading().wall + (coming - now)),
            [partial(self._pulse, "")],
            id="boundary",
            replace_existing=True,
        )

    def _watch(self) -> None:
        if self.database.changed_elsewhere():
            self.database.announce(frozenset(Topic))
            if self._mode == "watching":
                self._pulse("")  # a command in another process may have asked for something that only this one does

    def _wake_after(self, future: Future[Any]) -> None:
        if self._mode == "watching" and not self._closing.is_set() and future.exception() is None:
            try:
                self._pool.submit(self._safely, partial(self._pulse, ""))
            except RuntimeError:
                log.debug("closing: nothing is woken up any more")

    def _safely(self, job: Callable[[], object]) -> None:
        """Run a job of the loop: trouble outside is told and tried again, a fault of ours is reported."""
        if self._closing.is_set():
            return
        try:
            job()
        except OutsideTrouble as trouble:
            if not self._closing.is_set():
                log.info("will be tried again: %s", trouble)
                self._on_notice(Notice(kind="trouble", title=trouble.title, body=trouble.advice, replaces="trouble"))
        except Exception as error:
            if self._closing.is_set():
                log.debug("while closing", exc_info=error)
                return
            log.exception("a fault of our own in the engine's loop")
            self._on_fault(error)

    # Telling

    def _announce(self, done: Beat) -> None:
        notices = [of_verdict(fact) for fact in done.verdicts] + [of_correction(fact) for fact in done.corrections]
        for rung in done.rungs:
            deadline, zone, burn = self.database.read(partial(_stake_of, label=rung.label)).result()
            notices.append(of_rung(rung, deadline, zone, burn=burn, now=self.now()))
        for notice in notices:
            self.tell(notice)

    def tell(self, notice: Notice) -> None:
        """Show a notice, unless the person does not want its kind. Not for the Qt thread."""
        if self.ask(partial(_wants, kind=notice.kind)).result():
            self._on_notice(notice)

    def _may_lock(self) -> bool:
        """New locks are placed by the engine that watches, or by a command where none does."""
        if self._mode == "watching":
            return True
        if not self._lock.acquire():
            return False
        self._lock.release()
        return True

    def jumped(self, jump: Jump) -> None:
        """The timekeeper found a jump of the clock: write it down."""
        fact = ClockJumped(round(jump.by.total_seconds()), jump.wall, jump.reckoned)

        def work(unit: Unit) -> None:
            unit.record(fact)
            unit.touch(Topic.HEALTH, Topic.DAY)

        self.database.write(work)

    def _keep_snapshot(self, unit: Unit) -> None:
        keep_snapshot(unit, clock_doubt=self._keeper.doubt, demo=self._demo, lock=self.lockdown.view)

    def _questions(self, session: Session) -> Questions:
        return Questions(
            session,
            self.now(),
            sources=self.sources,
            clock_doubt=self._keeper.doubt,
            demo=self._demo,
            lock=self.lockdown.view,
            zone=self._keeper.zone(),
        )


def _stake_of(session: Session, label: Any) -> tuple[datetime, str, int]:
    row = session.get_one(tables.DayRow, label)
    return day_of(row).deadline, row.zone, version_on(contract_series(session), label).terms.burn


def _wants(questions: Questions, *, kind: str) -> bool:
    return bool(questions.preference(f"notify.{kind}", default=True))


def check_lines(questions: Questions) -> tuple[CheckLine, ...]:
    """Today's clauses as lines for scripts."""
    today = questions.today()
    if today is None:
        return ()
    official = {(source.source, source.subject): source.official for source in today.sources}
    return tuple(
        CheckLine(
            clause=clause.kind.value,
            state=clause.state.value,
            count=clause.count,
            target=clause.target,
            reason=clause.reason,
            words=clause.words,
            official=official.get((clause.source, clause.subject), True),
        )
        for clause in today.clauses
    )
