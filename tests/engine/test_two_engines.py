"""Two programs on one set of data: a command beside the running engine, a second engine that looks on, and the end."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from exitzero.build import build_engine
from exitzero.core import facts
from exitzero.core.topics import Topic, Topics
from exitzero.desktop.clock import SystemClock
from exitzero.desktop.vault import MemoryVault
from exitzero.engine import engine as engine_module
from exitzero.engine.actions import Actions
from exitzero.engine.engine import Engine
from exitzero.store import journal
from tests.engine.kit import USER, FakeClock, Life, Service, make_template, terms
from tests.servers.misbehaving import How, Reply

LONG = 20.0
"""How long a test waits for what has to come; it is never waited for in full."""


class Heard:
    """Waits until a listener was told of a topic."""

    def __init__(self, engine: Engine) -> None:
        self._told = threading.Condition()
        self._topics: set[Topic] = set()
        engine.listen(self._hear)

    def _hear(self, topics: Topics) -> None:
        with self._told:
            self._topics |= topics
            self._told.notify_all()

    def of(self, topic: Topic) -> bool:
        """True once ``topic`` was told; it is forgotten then."""
        with self._told:
            found = self._told.wait_for(lambda: topic in self._topics, LONG)
            self._topics.discard(topic)
            return found


def wait_until(engine: Engine, question: Callable[[Engine], bool]) -> bool:
    """Ask after each change that is told, until it is so."""
    changed = threading.Event()
    engine.listen(lambda _topics: changed.set())
    for _ in range(200):
        if question(engine):
            return True
        changed.wait(0.1)
        changed.clear()
    return False


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop looks around every second instead of every twenty."""
    monkeypatch.setattr(engine_module, "PULSE", timedelta(seconds=1))
    monkeypatch.setattr(engine_module, "WATCH", timedelta(seconds=1))


@pytest.fixture
def begin(tmp_path: Path, service: Service) -> Iterator[Callable[[str], Engine]]:
    """Start the program on one data folder, as often as wanted; real time, real lock, real scheduler."""
    service.anew(SystemClock().now)
    folder = tmp_path / "data"
    folder.mkdir()
    make_template(folder)
    with ExitStack() as stack:

        def one_more(mode: str) -> Engine:
            engine = build_engine(
                folder, mode=mode, vault=MemoryVault(), urls={"leetcode": service.url, "leetcode_cn": service.url}
            )
            stack.callback(engine.close)
            return engine

        yield one_more


def adopt(actions: Actions) -> None:
    """Agree on the plainest contract."""
    actions.adopt(terms(zone="UTC"))


def polls(engine: Engine) -> int:
    """How many good answers there were."""
    return engine.database.read(lambda session: len([*journal.of_kinds(session, [facts.SourcePolled])])).result()


@pytest.mark.usefixtures("quick")
def test_what_a_command_writes_is_told_to_the_running_engine_and_the_other_way_round(
    begin: Callable[[str], Engine],
) -> None:
    """Both see one journal; the running one is told within its watch."""
    running = begin("headless")
    heard = Heard(running)
    command = begin("command")
    assert command.status.mode == "command"
    command.do(adopt).result()
    assert heard.of(Topic.CONTRACT)
    assert running.ask(lambda questions: questions.contract()).result() is not None
    # The running engine asks by itself, and the command sees it.
    assert wait_until(running, lambda engine: polls(engine) == 1)
    assert polls(command) == 1
    assert command.ask(lambda questions: questions.today()).result() is not None
    # Both write at once, and no entry is lost or doubled.
    writers = [engine.do(lambda actions: actions.place_bet(1)) for engine in (running, command)]
    assert sorted(type(each.exception()).__name__ for each in writers) in [["BadInput", "NoneType"], ["BadInput"] * 2]
    assert running.keeping.verify_whole().is_whole


@pytest.mark.usefixtures("quick")
def test_writing_right_after_somebody_else_does_not_hide_what_they_wrote(begin: Callable[[str], Engine]) -> None:
    """Our own entries stand behind theirs then, and counting entries alone would not tell."""
    ours, theirs = begin("headless"), begin("command")
    heard = Heard(ours)
    theirs.do(adopt).result()
    ours.check_now()
    assert heard.of(Topic.CONTRACT)


@pytest.mark.usefixtures("quick")
def test_a_second_engine_looks_on_and_takes_over_when_the_first_ends(
    begin: Callable[[str], Engine], service: Service
) -> None:
    """Only one watches at a time, so that nothing is asked, judged or told twice."""
    first = begin("headless")
    first.do(adopt).result()
    assert wait_until(first, lambda engine: polls(engine) == 1)
    second = begin("headless")
    assert (first.status.mode, second.status.mode) == ("watching", "second")
    assert second.status.holder > 0
    assert second.ask(lambda questions: questions.today()).result() is not None
    asked = len(service.seen)
    first.close()
    assert wait_until(second, lambda engine: engine.status.mode == "watching")
    started = second.database.read(lambda session: len([*journal.of_kinds(session, [facts.EngineStarted])])).result()
    stopped = second.database.read(lambda session: len([*journal.of_kinds(session, [facts.EngineStopped])])).result()
    assert (started, stopped) == (2, 1)
    assert len(service.seen) == asked


def test_the_end_is_quick_while_the_network_hangs_and_leaves_no_thread(
    begin: Callable[[str], Engine], service: Service
) -> None:
    """Under a second, and what hung is no failure of the source."""
    clock = SystemClock()
    before_us = {thread.ident for thread in threading.enumerate()}
    engine = begin("headless")
    service.fault = lambda _good: Reply(how=How.SILENT)
    service.asked.clear()
    engine.do(adopt).result()
    assert service.asked.wait(LONG)
    before = clock.monotonic()
    engine.close()
    assert clock.monotonic() - before < 1.0
    engine.close()
    left = [thread for thread in threading.enumerate() if thread.ident not in before_us]
    ours = {thread.name for thread in left if thread.name.startswith("exitzero-")}
    # The server that hangs on purpose still holds its question.
    assert ours <= {"exitzero-misbehaving", "exitzero-leetcode-stand-in"}, ours
    again = begin("command")
    assert again.database.read(lambda session: [*journal.of_kinds(session, [facts.SourceFailed])]).result() == []


def test_a_closed_engine_refuses_in_words(begin: Callable[[str], Engine]) -> None:
    """Whoever still asks gets an answer, never a wait without end."""
    engine = begin("command")
    engine.close()
    for future in (engine.ask(lambda questions: questions.today()), engine.do(adopt), engine.run(Engine.back_up)):
        assert "closing" in str(future.exception(LONG))


def test_two_commands_at_once_judge_a_day_once(life: Callable[..., Life], service: Service) -> None:
    """Two processes' worth of engines on one file, both asked to judge at the same moment, many times over."""
    one = life()
    one.adopt()
    one.pulse()
    with _beside(one, service) as other:
        for _ in range(3):
            one.to(one.now + timedelta(days=1))
            both = [engine.run(lambda each: each.judge()) for engine in (one.engine, other)]
            for future in both:
                future.result(LONG)
    labels = [fact.label for fact in one.facts(facts.DayOpened)][:-1]
    assert len(labels) == 3
    tally = one.tally(labels)
    assert tally.is_clean, tally.words
    one.check_file()


@contextmanager
def _beside(one: Life, service: Service) -> Iterator[Engine]:
    """Another engine on the same data, by the same clock."""
    clock: FakeClock = one.clock
    assert service.person.user == USER
    engine = build_engine(
        one.folder,
        mode="command",
        clock=clock,
        vault=one.vault,
        urls={"leetcode": service.url, "leetcode_cn": service.url},
    )
    try:
        yield engine
    finally:
        engine.close()
