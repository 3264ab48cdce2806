"""The day page shows what decided a day, down to the raw answer, and asks before anything that stays."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from exitzero.core.errors import BadInput
from exitzero.core.topics import Topic
from exitzero.ui.pages.day import DayScreen
from exitzero.ui.pages.day_parts import ClauseBlock, Mark
from exitzero.ui.theme import State
from tests.ui.pages import samples
from tests.ui.pages.conftest import Stage

Words = Callable[[Any], str]


def _with(stage: Stage, *days: Any) -> None:
    stage.records.days.update({day.label: day for day in days})


def test_a_running_day_says_what_it_would_exit_with(stage: Stage, words: Words) -> None:
    """Without a verdict the code is today's own; the page works none out."""
    _with(stage, samples.day_page(exit_code=None))
    page = stage.open(DayScreen, None)
    assert page.code.accessibleName() == "Would exit with 1"
    assert page.chip.state is State.AT_RISK
    assert "LeetCode 1 of 2. Judged now, today exits 1." in words(page)
    assert "Asia/Kolkata" in words(page)
    assert page.contract_rows.words("LeetCode") == "2 a day, any accepted submission"


def test_observations_stand_in_both_times(stage: Stage) -> None:
    """The person's own time and the source's, newest first, each marked counted or not."""
    page = stage.open(DayScreen, None)
    assert page.observations.texts(0) == (
        "19:40:11",
        "19 Nov 14:10:11",
        "Course Schedule",
        "not known",
        "counted",
        "service",
    )
    assert page.observations.texts(2)[4] == "not counted"
    assert page.polls.texts(1)[3] == "LeetCode answered 503; asked again in 60 s"


def test_a_missed_rung_is_told_from_a_fired_one(stage: Stage) -> None:
    """What nobody could see does not count as a warning."""
    failed = samples.failed_day()
    _with(stage, failed)
    page = stage.open(DayScreen, failed.label)
    assert page.ladder.lines == [
        "20:00 warning missed: nobody could see it",
        "22:00 alarm fired for LeetCode",
        "23:00 last call fired for LeetCode",
        "23:59 judgement",
    ]
    assert page.chip.state is State.FAILED
    assert not page.pass_button.isVisible()


def test_marks_stay_visible(stage: Stage, words: Words) -> None:
    """Overridden, excused, corrected, spared and stand-in are shown wherever the day is."""
    marked = samples.marked_day()
    _with(stage, marked)
    page = stage.open(DayScreen, marked.label)
    shown = [mark.accessibleName().partition(":")[0] for mark in page.findChildren(Mark) if mark.isVisible()]
    assert shown == ["Overridden", "Excused", "Corrected", "Spared", "Stand-in"]
    assert "Hospital" in words(page)
    assert page.times.words("Length") == "25 h"
    assert page.observations.texts(0)[5] == "stand-in"


def test_arrows_turn_the_days(stage: Stage) -> None:
    """Left and right go to the neighbouring days, also from a table; at the last one nothing happens."""
    before = samples.held_day()
    _with(stage, before)
    page = stage.open(DayScreen, None)
    page.observations.setFocus()
    QTest.keyClick(page.observations, Qt.Key.Key_Left)
    stage.settle()
    assert page.page == before
    assert page.picker.date() == QDate(2026, 11, 18)
    QTest.keyClick(page, Qt.Key.Key_Right)
    stage.settle()
    assert page.page is not None
    assert page.page.label == samples.TODAY
    stage.records.asked.clear()
    QTest.keyClick(page, Qt.Key.Key_Right)
    stage.settle()
    assert stage.records.asked == []


def test_a_day_of_the_year_is_jumped_to(stage: Stage) -> None:
    """The heat map opens a day."""
    failed = samples.failed_day()
    _with(stage, failed)
    page = stage.open(DayScreen, None)
    page.heat.day_activated.emit(failed.label)
    stage.settle()
    assert page.page == failed


def test_before_the_contract_there_is_no_day(stage: Stage, words: Words) -> None:
    """An empty state says why, and leads back."""
    page = stage.open(DayScreen, date(2025, 1, 1))
    assert "No contract was in force on this day" in words(page)
    assert not page.pass_button.isVisible()
    QTest.mouseClick(page.nothing.button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert page.page == samples.day_page()


def test_without_a_contract_the_page_leads_to_one(stage: Stage) -> None:
    """The empty state's button begins the first contract."""
    stage.records.today_record = None
    page = stage.open(DayScreen, None)
    with stage.bot.waitSignal(page.navigate) as asked:
        page.nothing.button.click()
    assert asked.args == ["first_run", None]


def test_the_pass_is_confirmed_with_a_reason(stage: Stage, words: Words) -> None:
    """The sheet tells the price, and the deed cannot be pressed before a reason is there."""
    page = stage.open(DayScreen, None)
    page.pass_button.click()
    assert "30 coins are burned now" in words(page.sheet)
    assert page.sheet.reason.hasFocus()
    assert not page.sheet.accept.isEnabled()
    QTest.keyClicks(page.sheet.reason, "In hospital")
    QTest.keyClick(page.sheet.reason, Qt.Key.Key_Return)
    stage.settle()
    assert stage.records.done == [("use_pass", "In hospital")]
    assert not page.sheet.is_open


def test_a_refused_pass_is_told_in_the_sheet(stage: Stage) -> None:
    """The reason that was typed is still there, and it can be tried again."""
    stage.records.refusal = BadInput("pass", "The pass of November is used.")
    page = stage.open(DayScreen, None)
    page.pass_button.click()
    page.sheet.reason.setText("In hospital")
    page.sheet.accept.click()
    stage.settle()
    assert page.sheet.trouble == "The pass of November is used."
    assert page.sheet.reason.text() == "In hospital"
    assert page.sheet.accept.isEnabled()


@pytest.mark.parametrize("offered", [True, False])
def test_an_override_is_offered_only_where_it_can_be(stage: Stage, offered: bool) -> None:
    """A source must have been down; the sheet says that the mark stays for ever."""
    held = samples.held_day() if offered else samples.failed_day()
    _with(stage, held)
    page = stage.open(DayScreen, held.label)
    assert page.override_button.isVisible() is offered


def test_an_override_is_done_for_the_day_shown(stage: Stage, words: Words) -> None:
    """The day and the typed reason go to the engine."""
    held = samples.held_day()
    _with(stage, held)
    page = stage.open(DayScreen, held.label)
    page.override_button.click()
    assert "for ever" in words(page.sheet)
    page.sheet.reason.setText("Both are in my editor")
    page.sheet.accept.click()
    stage.settle()
    assert stage.records.done == [("override", (held.label, "Both are in my editor"))]


def test_escape_closes_a_sheet_and_nothing_is_done(stage: Stage) -> None:
    """Escape is always no, and the keyboard goes back to where it was."""
    page = stage.open(DayScreen, None)
    page.pass_button.setFocus()
    page.pass_button.click()
    QTest.keyClick(page.sheet.reason, Qt.Key.Key_Escape)
    assert not page.sheet.is_open
    assert page.pass_button.hasFocus()
    assert stage.records.done == []


def test_tab_stays_inside_a_sheet(stage: Stage) -> None:
    """What lies beneath cannot be reached while something is asked."""
    page = stage.open(DayScreen, None)
    page.pass_button.click()
    for _step in range(5):
        QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Tab)
        assert page.sheet.isAncestorOf(page.window().focusWidget())


def test_why_opens_the_answer_that_counted(stage: Stage) -> None:
    """A count is explained by the raw answer of the newest thing that counted."""
    page = stage.open(DayScreen, None)
    page.findChildren(ClauseBlock)[0].button.click()
    stage.settle()
    assert ("evidence", samples.DIGEST) in stage.records.asked
    assert page.evidence.is_open
    assert '"username": "ada-example"' in page.evidence.panel.answer.toPlainText()


def test_rows_are_copied_as_text(stage: Stage) -> None:
    """Ctrl+C gives a line a row."""
    page = stage.open(DayScreen, None)
    page.observations.selectRow(1)
    QTest.keyClick(page.observations, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied.split("\t")[2] == "Longest Substring Without Repeating Characters"


def test_a_change_is_shown_while_the_page_is_open(stage: Stage) -> None:
    """A touched topic brings the new day, and the row that was chosen stays chosen."""
    page = stage.open(DayScreen, None)
    page.observations.selectRow(2)
    fresh = samples.observation(20, 30, "Word Ladder")
    _with(stage, samples.day_page(observations=(*samples.OBSERVATIONS, fresh), clauses=(samples.MET,)))
    stage.tell(Topic.DAY)
    assert page.observations.texts(0)[2] == "Word Ladder"
    chosen = page.observations.chosen()
    assert chosen is not None
    assert chosen.title == "Two Sum II"


@pytest.mark.parametrize("width", [1204, 824, 600])
def test_nothing_is_cut_sideways(stage: Stage, width: int) -> None:
    """At every width the page scrolls down only."""
    page = stage.open(DayScreen, None, width=width)
    for block in page.findChildren(ClauseBlock):
        assert block.mapTo(page, block.rect().topRight()).x() <= width
    button = page.pass_button
    assert button.mapTo(page, button.rect().topRight()).x() <= width


def test_a_rung_that_never_fired_was_not_needed(stage: Stage) -> None:
    """After its day nothing is coming any more."""
    done = samples.marked_day()
    _with(stage, done)
    page = stage.open(DayScreen, done.label)
    assert page.ladder.lines[1] == "22:00 alarm not needed"
