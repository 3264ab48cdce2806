"""The first screen: a name checked while it is typed, and a contract made from it."""

from datetime import time

from PySide6.QtCore import Qt, QTime
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from exitzero.core.contract import Terms
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.words import ClauseKind
from exitzero.ui.pages.first_run import FirstRunScreen
from exitzero.ui.widgets.field import Check
from tests.ui import samples
from tests.ui.window_kit import Stage, staged


def opened(stage: Stage) -> FirstRunScreen:
    """The first screen in its window."""
    stage.open()
    stage.until(lambda: stage.window.current == "first_run")
    page = stage.window.page("first_run")
    assert isinstance(page, FirstRunScreen)
    return page


def fresh(trouble: Exception | None = None) -> samples.SampleEngine:
    """An engine without a contract."""
    return samples.SampleEngine(record=None, trouble=trouble)


def test_a_name_is_looked_up_while_it_is_typed_and_what_was_found_is_said(qtbot: QtBot) -> None:
    with staged(qtbot, fresh()) as stage:
        page = opened(stage)
        assert not page.begin.isEnabled()
        QTest.keyClicks(page.name, "ada")
        stage.until(lambda: page.name_field.check is Check.GOOD)
        assert stage.engine.done == [("check_name", "leetcode", "ada")], "once, after the typing"
        assert page.begin.isEnabled()


def test_a_wrong_name_is_said_at_its_field_and_cannot_begin(qtbot: QtBot) -> None:
    trouble = OutsideTrouble("No such user.", "", reason="unknown_user")
    with staged(qtbot, fresh(trouble)) as stage:
        page = opened(stage)
        page.name.setText("nobody-at-all")
        stage.until(lambda: page.name_field.error is not None)
        assert "nobody-at-all" in (page.name_field.error or "")
        assert not page.begin.isEnabled()
        assert not stage.window.banner.isVisible(), "said in one place"


def test_without_network_one_can_begin_and_the_name_is_checked_later(qtbot: QtBot) -> None:
    trouble = OutsideTrouble("LeetCode could not be reached.", "Look at the network.", reason="network")
    with staged(qtbot, fresh(trouble)) as stage:
        page = opened(stage)
        page.name.setText("ada")
        stage.until(lambda: "checked later" in page.name.accessibleDescription())
        assert page.begin.isEnabled()


def test_the_answer_for_an_older_name_says_nothing_of_the_new_one(qtbot: QtBot) -> None:
    with staged(qtbot, fresh()) as stage:
        page = opened(stage)
        stage.engine.gate.clear()
        page.name.setText("ada")
        stage.until(lambda: page.name_field.check is Check.RUNNING)
        page.name.setText("bob")
        stage.engine.gate.set()
        stage.until(lambda: ("check_name", "leetcode", "bob") in stage.engine.done)
        stage.until(lambda: page.name_field.check is Check.GOOD)


def test_begin_makes_the_contract_that_the_sentence_promised(qtbot: QtBot) -> None:
    with staged(qtbot, fresh()) as stage:
        page = opened(stage)
        page.name.setText(" ada ")
        page.goal.setValue(3)
        page.deadline.setTime(QTime(21, 30))
        page.outreach_goal.setValue(2)
        page.mocks.setChecked(False)
        assert page.promise.text() == "Every day until 21:30: 3 accepted submissions and 2 proved outreaches."
        QTest.keyClick(page.name, Qt.Key.Key_Return)
        stage.until(lambda: stage.window.current == "cockpit")
        (terms,) = [deed[1] for deed in stage.engine.done if deed[0] == "adopt"]
        assert isinstance(terms, Terms)
        told = [(clause.kind, clause.source, clause.subject, clause.target) for clause in terms.clauses]
        assert told == [(ClauseKind.LEETCODE, "leetcode", "ada", 3), (ClauseKind.OUTREACH, "proofs", "", 2)]
        assert terms.hours.deadline == time(21, 30)
        assert terms.zone == "", "this machine's"


def test_every_clause_can_be_left_out_but_one_must_stay(qtbot: QtBot) -> None:
    with staged(qtbot, fresh()) as stage:
        page = opened(stage)
        assert not page.begin.isEnabled(), "LeetCode without a name"
        page.leetcode.setChecked(False)
        assert not page.name_field.isVisible()
        assert page.begin.isEnabled()
        assert page.promise.text() == "Every day until 23:59: 5 proved outreaches and 1 mock interview booked ahead."
        page.outreach.setChecked(False)
        page.mocks.setChecked(False)
        assert not page.begin.isEnabled()
        assert page.promise.text() == "Choose at least one thing to owe."
        page.mocks.setChecked(True)
        page.begin.click()
        stage.until(lambda: stage.window.current == "cockpit")
        (terms,) = [deed[1] for deed in stage.engine.done if deed[0] == "adopt"]
        assert [(clause.kind, clause.source, clause.target) for clause in terms.clauses] == [
            (ClauseKind.MOCKS, "calendar", 1)
        ]


def test_a_refused_contract_says_why_at_the_field(qtbot: QtBot) -> None:
    with staged(qtbot, fresh()) as stage:
        page = opened(stage)
        page.name.setText("ada")
        stage.until(lambda: page.name_field.check is Check.GOOD)
        stage.engine.trouble = BadInput("leetcode.target", "The target must be between 1 and 100.")
        page.begin.click()
        stage.until(lambda: page.goal_field.error == "The target must be between 1 and 100.")
        assert page.begin.text() == "Begin"


def test_the_keyboard_reaches_everything_in_reading_order(qtbot: QtBot) -> None:
    with staged(qtbot, fresh()) as stage:
        page = opened(stage)
        page.name.setText("ada")
        stage.window.activateWindow()
        stage.until(stage.window.isActiveWindow)
        stage.until(page.name.hasFocus)
        seen = []
        for _ in range(9):
            focused = stage.window.focusWidget()
            assert focused is not None
            seen.append(focused.objectName())
            QTest.keyClick(focused, Qt.Key.Key_Tab)
        assert seen == [
            "leetcode-name",
            "with-outreach",
            "outreach-goal",
            "with-mocks",
            "mocks-goal",
            "deadline",
            "deadline",
            "begin",
            "demo",
        ], "hours, then minutes"
