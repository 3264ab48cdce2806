"""The bridge between Qt and the threads (rules 8 to 10)."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.topics import Topic, Topics
from exitzero.ui.link import Link
from exitzero.ui.page import Page
from tests.ui.samples import SampleEngine


class Receiver(QObject):
    """Takes answers and notes in which thread they came."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[object] = []
        self.threads: set[int] = set()
        self.failures: list[Exception] = []
        self.shows = False

    def take(self, answer: object) -> None:
        self.answers.append(answer)
        self.threads.add(threading.get_ident())

    def fail(self, error: Exception) -> bool:
        self.failures.append(error)
        return self.shows


@pytest.fixture
def engine() -> Iterator[SampleEngine]:
    made = SampleEngine()
    yield made
    made.close()


@pytest.fixture
def link(qtbot: QtBot) -> Iterator[Link]:
    made = Link()
    yield made
    made.detach()
    # Left to the collector it could die in a reader's thread, with its timers.
    made.deleteLater()
    QCoreApplication.sendPostedEvents(made, QEvent.Type.DeferredDelete)


def test_an_answer_comes_home_on_the_qt_thread(qtbot: QtBot, link: Link, engine: SampleEngine) -> None:
    link.attach(engine)
    receiver = Receiver()
    link.ask(lambda questions: questions.log_count(), receiver.take)
    assert receiver.answers == [], "never before the asking call has returned"
    qtbot.waitUntil(lambda: receiver.answers == [400])
    assert receiver.threads == {threading.get_ident()}


def test_what_is_asked_before_the_engine_is_there_waits_for_it(qtbot: QtBot, link: Link, engine: SampleEngine) -> None:
    receiver = Receiver()
    link.ask(lambda questions: questions.log_count(), receiver.take)
    link.do(lambda actions: actions.place_bet(10), receiver.take)
    link.attach(engine)
    qtbot.waitUntil(lambda: len(receiver.answers) == 2)
    assert engine.done == [("place_bet", 10)]


def test_a_receiver_that_died_gets_nothing(qtbot: QtBot, link: Link, engine: SampleEngine) -> None:
    engine.gate.clear()
    link.attach(engine)
    gone, there = Receiver(), Receiver()
    answers = gone.answers
    link.ask(lambda questions: questions.log_count(), gone.take)
    link.ask(lambda questions: questions.log_count(), there.take)
    del gone
    engine.gate.set()
    qtbot.waitUntil(lambda: there.answers == [400])
    assert answers == []


def test_only_bound_methods_of_qobjects_take_answers(link: Link) -> None:
    with pytest.raises(TypeError):
        link.ask(lambda questions: questions.log_count(), print)


def test_an_answer_overtaken_by_a_later_one_is_dropped(qtbot: QtBot, link: Link, engine: SampleEngine) -> None:
    link.attach(engine)
    receiver = Receiver()
    first_may_go = threading.Event()

    def slow(_questions: object) -> str:
        assert first_may_go.wait(30)
        return "old"

    link.ask(slow, receiver.take)
    link.ask(lambda _questions: "new", receiver.take)
    qtbot.waitUntil(lambda: receiver.answers == ["new"])
    first_may_go.set()
    last = Receiver()
    link.do(lambda actions: actions.place_bet(1))
    link.ask(lambda _questions: "end", last.take)
    qtbot.waitUntil(lambda: last.answers == ["end"])
    engine.close()
    # Whatever the readers still brought is in Qt's queue by now.
    QCoreApplication.processEvents()
    assert receiver.answers == ["new"]


def test_trouble_outside_reaches_the_banner_unless_its_page_has_shown_it(
    qtbot: QtBot, link: Link, engine: SampleEngine
) -> None:
    engine.trouble = OutsideTrouble("LeetCode could not be reached.", "Look at the network.")
    link.attach(engine)
    told: list[object] = []
    link.troubled.connect(told.append)
    receiver = Receiver()
    link.run(lambda errands: errands.check_now(), receiver.take, receiver.fail)
    qtbot.waitUntil(lambda: len(receiver.failures) == 1)
    assert told == [engine.trouble]
    receiver.shows = True
    link.run(lambda errands: errands.check_now(), receiver.take, receiver.fail)
    qtbot.waitUntil(lambda: len(receiver.failures) == 2)
    assert told == [engine.trouble]


def test_bad_input_is_told_to_who_asked_and_to_nobody_else(qtbot: QtBot, link: Link, engine: SampleEngine) -> None:
    engine.trouble = BadInput("bet", "You have 10 coins.")
    link.attach(engine)
    told: list[object] = []
    link.troubled.connect(told.append)
    receiver = Receiver()
    link.do(lambda actions: actions.place_bet(11), receiver.take, receiver.fail)
    qtbot.waitUntil(lambda: receiver.failures == [engine.trouble])
    assert told == []


@pytest.mark.allow_logs("a fault of our own")
def test_a_fault_of_our_own_reaches_the_one_dialog(qtbot: QtBot, link: Link, engine: SampleEngine) -> None:
    engine.trouble = ZeroDivisionError("ours")
    link.attach(engine)
    told: list[object] = []
    link.faulted.connect(told.append)
    link.do(lambda actions: actions.place_bet(1))
    qtbot.waitUntil(lambda: told == [engine.trouble])


def test_changes_that_come_together_are_told_once(qtbot: QtBot, link: Link, engine: SampleEngine) -> None:
    link.attach(engine)
    told: list[Topics] = []
    link.changed.connect(told.append)
    for topic in (Topic.DAY, Topic.COINS, Topic.DAY):
        engine.touch(topic)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [frozenset({Topic.DAY, Topic.COINS})]


class Counted(Page):
    """A page that counts how often it asked."""

    topics = frozenset({Topic.COINS})
    asked = 0

    def refresh(self) -> None:
        self.asked += 1


def test_a_visible_page_asks_again_and_a_hidden_one_marks_itself_stale(
    qtbot: QtBot, link: Link, engine: SampleEngine
) -> None:
    """Rule 10."""
    link.attach(engine)
    page = Counted(link)
    qtbot.addWidget(page)
    page.show()
    assert page.asked == 1
    engine.touch(Topic.COINS)
    qtbot.waitUntil(lambda: page.asked == 2)
    engine.touch(Topic.HEALTH)
    page.hide()
    with qtbot.waitSignal(link.changed):
        engine.touch(Topic.COINS)
    assert (page.asked, page.stale) == (2, True)
    page.show()
    assert (page.asked, page.stale) == (3, False)
    page.hide()
    page.show()
    assert page.asked == 3, "nothing has changed meanwhile"


def test_questions_that_come_faster_than_their_answers_do_not_queue(
    qtbot: QtBot, link: Link, engine: SampleEngine
) -> None:
    """Else a page of days that change all the time would be shown later and later."""
    link.attach(engine)
    receiver, asked, may_go = Receiver(), list[int](), threading.Event()

    def slow(number: int, _questions: object) -> int:
        asked.append(number)
        assert may_go.wait(30)
        return number

    for number in range(50):
        link.ask(partial(slow, number), receiver.take)
    may_go.set()
    qtbot.waitUntil(lambda: receiver.answers[-1:] == [49])
    assert len(asked) <= 4
