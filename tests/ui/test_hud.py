"""The small window: time, code and what is missing, and a place that is still on a screen."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from exitzero.ui.hud import PLACE, Hud
from exitzero.ui.theme import State
from tests.ui import samples
from tests.ui.window_kit import staged

pytestmark = pytest.mark.qt_log_ignore("does not support raise", extend=True)


def test_it_says_time_code_and_what_is_missing(qtbot: QtBot) -> None:
    with staged(qtbot, samples.SampleEngine(record=samples.THREE)) as stage:
        hud = Hud(stage.link)
        hud.show()
        stage.open()
        assert hud.countdown.text == "03:41:27"
        assert hud.code.accessibleName() == "exit 3"
        assert hud.left.text() == "LeetCode 0/1  Outreach 2/5"
        assert hud.right.text() == "alarm in 1 h 43 min"
        hud.close()
        hud.deleteLater()


def test_no_mock_ahead_is_red_and_no_missing_clause_is_left_out(qtbot: QtBot) -> None:
    record = replace(samples.NO_MOCK, clauses=(samples.leetcode(), *samples.NO_MOCK.clauses[1:]), exit_code=7)
    with staged(qtbot, samples.SampleEngine(record=record)) as stage:
        hud = Hud(stage.link)
        hud.show()
        stage.open()
        assert hud.code.state is State.FAILED
        assert hud.accessibleName().startswith("NO MOCK AHEAD, exit 7")
        assert hud.left.text() == "LeetCode 0/1  Outreach 2/5\nMocks 0/1"
        hud.close()
        hud.deleteLater()


def test_its_place_is_kept_and_one_off_every_screen_is_not_used(qtbot: QtBot) -> None:
    with staged(qtbot) as stage:
        hud = Hud(stage.link, [40, 60])
        assert (hud.pos().x(), hud.pos().y()) == (40, 60)
        hud.show()
        stage.open()
        hud.move(70, 90)
        stage.until(lambda: stage.engine.preferences.get(PLACE) == [70, 90])
        lost = Hud(stage.link, [90_000, 90_000])
        assert lost.screen() is not None
        assert lost.screen().geometry().contains(lost.pos())
        for each in (hud, lost):
            each.close()
            each.deleteLater()
