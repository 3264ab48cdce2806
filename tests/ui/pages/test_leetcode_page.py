"""LeetCode's page tells how the source answers, and everything it showed in the person's own days."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from exitzero.core.errors import OutsideTrouble
from exitzero.ui.pages.leetcode import LeetCodeScreen, by_own_days
from exitzero.ui.theme import State
from tests.ui.pages import samples
from tests.ui.pages.conftest import Stage

Words = Callable[[Any], str]


def test_a_source_that_answers(stage: Stage, words: Words) -> None:
    """State, streak, split, challenge and since when nothing is missing."""
    page = stage.open(LeetCodeScreen)
    assert ("source", ("leetcode", "ada-example")) in stage.records.asked
    assert page.state_card.chip.state is State.SAFE
    assert page.facts.words("Next") == "Thu 19 Nov 20:32"
    assert page.streak.accessibleName() == "12 days in a row"
    assert page.streak_facts.words("Complete since") == "Sun 2 Aug 2026 22:14"
    assert page.split.counts == (61, 58, 14)
    assert "Minimum Number of Operations" in words(page)


def test_a_source_that_blocks_is_unknown_and_never_red(stage: Stage, words: Words) -> None:
    """Since when, what to do, and when it is tried again."""
    stage.records.source_record = samples.source_page(
        view=samples.source_view(**samples.BLOCKED), clause=samples.UNKNOWN
    )
    page = stage.open(LeetCodeScreen)
    assert page.state_card.chip.state is State.UNKNOWN
    assert page.facts.words("Unknown since") == "Thu 19 Nov 15:00"
    assert page.facts.words("Next try") == "Thu 19 Nov 20:58"
    assert "Nothing is charged for it." in words(page)


def test_a_source_never_asked(stage: Stage, words: Words) -> None:
    """Nothing is made up for what is not known."""
    stage.records.source_record = samples.source_page(
        view=samples.source_view(
            asked_at=None, last_good=None, solved_easy=None, solved_medium=None, solved_hard=None, daily_title=""
        ),
        clause=None,
        recent=(),
        polls=(),
        covered_since=None,
    )
    page = stage.open(LeetCodeScreen)
    assert page.state_card.chip.accessibleName() == "Not asked yet"
    assert page.streak_facts.words("Complete since") == "not yet"
    assert "Nothing is owed at LeetCode today." in words(page)
    assert page.split.counts == (None, None, None)


def test_submissions_stand_in_own_days(stage: Stage) -> None:
    """The day is named at its first row, and a problem accepted twice says so."""
    page = stage.open(LeetCodeScreen)
    days = [page.solved.texts(row)[0] for row in range(6)]
    assert days == ["Thu 19 Nov", "", "", "Wed 18 Nov", "", ""]
    assert page.solved.texts(0)[2:5] == ("Course Schedule", "not known", "2×")


def test_an_hour_after_midnight_belongs_to_the_day_that_is_still_open() -> None:
    """With a day that starts at six, three in the morning is yesterday."""
    night = samples.observation(3, 0, "Word Ladder")
    rows = by_own_days((night,), samples.hard_terms(), samples.ZONE, samples.TODAY)
    assert rows[0].label == date(2026, 11, 18)
    rows = by_own_days((night,), samples.TERMS, samples.ZONE, samples.TODAY)
    assert rows[0].label == samples.TODAY


def test_check_now_asks_once_and_shows_the_answer(stage: Stage) -> None:
    """While it is asking it cannot be asked again."""
    page = stage.open(LeetCodeScreen)
    stage.engine.held = True
    QTest.keyClick(page, Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    stage.bot.waitUntil(lambda: not page.check.isEnabled())
    page.check_now()
    stage.records.source_record = samples.source_page(clause=samples.MET)
    stage.engine.release()
    stage.settle()
    stage.settle()
    assert stage.records.running == [("check_now", None)]
    assert page.check.isEnabled()
    assert page.page is not None
    assert page.page.clause == samples.MET


def test_a_failing_check_says_why_in_the_page(stage: Stage) -> None:
    """The button comes back."""
    page = stage.open(LeetCodeScreen)
    stage.records.refusal = OutsideTrouble("There is no network.", "It is asked again by itself.")
    page.check.click()
    stage.settle()
    assert page.banner.accessibleName() == "It could not be asked"
    assert page.banner.accessibleDescription() == "There is no network. It is asked again by itself."
    assert page.check.isEnabled()


def test_why_shows_the_row_that_was_chosen(stage: Stage) -> None:
    """Alt+W opens the answer behind the chosen submission."""
    other = replace(samples.OBSERVATIONS[0], evidence=samples.OLD_DIGEST)
    stage.records.source_record = samples.source_page(recent=(samples.OBSERVATIONS[1], other))
    page = stage.open(LeetCodeScreen)
    page.solved.selectRow(1)
    QTest.keyClick(page, Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
    stage.bot.waitUntil(lambda: ("evidence", samples.OLD_DIGEST) in stage.records.asked)
    assert page.evidence.is_open


def test_a_stand_in_is_marked_everywhere(stage: Stage, words: Words) -> None:
    """At the state and at every row."""
    stage.records.source_record = samples.source_page(
        view=samples.source_view(official=False, origin="http://127.0.0.1:8099"),
        recent=(replace(samples.OBSERVATIONS[0], official=False),),
        polls=(samples.poll(1, 20, 0, official=False),),
    )
    page = stage.open(LeetCodeScreen)
    assert "this address stands in for the service" in words(page)
    assert page.solved.texts(0)[6] == "stand-in"


def test_without_a_clause_the_page_leads_to_the_contract(stage: Stage) -> None:
    """No empty shell: why there is nothing, and the way on."""
    without = replace(samples.VERSION, terms=replace(samples.TERMS, clauses=()))
    stage.records.contract_record = samples.contract_page(current=without)
    page = stage.open(LeetCodeScreen)
    assert page.nothing.isVisible()
    with stage.bot.waitSignal(page.navigate) as asked:
        page.nothing.button.click()
    assert asked.args == ["contract", None]
