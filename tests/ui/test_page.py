"""Pages grow in steps: nothing in between is shown half-built, and nothing is lost that was asked meanwhile."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QLineEdit, QVBoxLayout
from pytestqt.qtbot import QtBot

from exitzero.ui.link import Link
from exitzero.ui.page import Steps, UnseenPage
from tests.ui import samples
from tests.ui.window_kit import staged


@pytest.fixture
def link() -> Iterator[Link]:
    made = Link()
    yield made
    made.detach()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class Slow(UnseenPage):
    """Two parts in two steps; its record comes when the test says so."""

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self.told: list[object] = []

    def _parts(self) -> Iterator[None]:
        self.first = QLineEdit()
        column = QVBoxLayout(self.ground)
        column.addWidget(self.first)
        yield
        self.second = QLineEdit()
        column.addWidget(self.second)

    def open(self, target: object) -> None:
        self.told.append(target)

    def refresh(self) -> None:
        self.told.append("asked")

    def show_words(self, words: str) -> None:
        self.fill(self._filling(words))

    def _filling(self, words: str) -> Iterator[None]:
        self.first.setText(words)
        yield
        self.second.setText(words)


def test_a_step_is_taken_in_each_turn_and_a_newer_work_takes_the_place_of_an_older(qtbot: QtBot, qapp: QObject) -> None:
    done: list[str] = []

    def work(name: str) -> Iterator[None]:
        done.append(f"{name} 1")
        yield
        done.append(f"{name} 2")

    owner = QObject()
    steps = Steps(owner)
    steps.run(work("old"), lambda: done.append("old done"))
    assert done == ["old 1"]
    steps.run(work("new"), lambda: done.append("new done"))
    qtbot.waitUntil(lambda: "new done" in done)
    assert done == ["old 1", "new 1", "new 2", "new done"]


def test_a_page_is_shown_whole_with_its_first_record_and_what_was_wanted_meanwhile(qtbot: QtBot, link: Link) -> None:
    page = Slow(link)
    qtbot.addWidget(page)
    page.show_target("thursday")
    page.show()
    assert not page.is_grown
    qtbot.waitUntil(lambda: page.is_grown)
    assert page.told == ["thursday", "asked"]
    assert page.ground.isHidden(), "without a record there is nothing to show"
    page.show_words("one")
    qtbot.waitUntil(page.ground.isVisible)
    assert (page.first.text(), page.second.text()) == ("one", "one")
    qtbot.waitUntil(lambda: page._skeleton is None)


def test_records_that_come_faster_than_a_page_is_filled_do_not_keep_it_from_standing(qtbot: QtBot, link: Link) -> None:
    page = Slow(link)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.is_grown)
    numbers = iter(range(1, 100))
    timer = QTimer(page)
    timer.timeout.connect(lambda: page.show_words(str(next(numbers))))
    timer.start(0)
    qtbot.waitUntil(page.ground.isVisible)
    timer.stop()
    page.show_words("the newest")
    qtbot.waitUntil(lambda: page.second.text() == "the newest")
    assert page.first.text() == "the newest"


def test_who_goes_elsewhere_while_a_page_is_read_is_not_taken_back(qtbot: QtBot) -> None:
    with staged(qtbot, samples.SampleEngine()) as stage:
        stage.open()
        read: list[str] = []
        stage.window.stack._read.connect(lambda key, _trouble: read.append(key))
        stage.window.navigate("evidence")
        assert stage.window.current == "evidence"
        stage.window.navigate("cockpit")
        stage.until(lambda: read == ["evidence"])
        QCoreApplication.processEvents()
        assert stage.window.current == "cockpit"
        stage.window.navigate("evidence")
        stage.until(lambda: stage.window.stack.currentWidget() is stage.window.stack.built.get("evidence"))
