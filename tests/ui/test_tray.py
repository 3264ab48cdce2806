"""The tray: what it says and does. That a real tray shows it is tried on a display of its own in tests/end_to_end."""

from dataclasses import replace

from pytestqt.qtbot import QtBot

from exitzero.desktop.notifications import Notice
from exitzero.ui.tray import Tray
from tests.ui import samples
from tests.ui.window_kit import staged


def test_menu_and_tooltip_say_state_code_and_time_left(qtbot: QtBot) -> None:
    with staged(qtbot) as stage:
        tray = Tray(stage.link)
        assert not tray.check.isEnabled()
        stage.open()
        assert tray.state_line.text() == "▲ AT RISK · exit 1"
        assert tray.time_line.text() == "3 h 42 min left, due 23:59"
        assert "LeetCode 0 of 1. Judged now, today exits 1." in tray.tooltip
        stage.set_today(samples.FAILED)
        assert tray.state_line.text() == "■ FAILED · exit 1"
        assert not tray.time_line.isVisible()
        tray.close()


def test_a_bet_is_offered_only_while_one_can_be_placed(qtbot: QtBot) -> None:
    engine = samples.SampleEngine(record=replace(samples.MORNING, coins=7), moment=samples.local(9, 5))
    with staged(qtbot, engine) as stage:
        tray = Tray(stage.link)
        stage.open()
        assert tray.bet.isVisible()
        assert tray.bet.text() == "Bet 7"
        with qtbot.waitSignal(tray.bet_wanted) as wanted:
            tray.bet.trigger()
        assert wanted.args == [7]
        stage.set_today(replace(samples.MORNING, bet=7))
        assert not tray.bet.isVisible()
        tray.close()


def test_without_a_tray_it_says_so_and_shows_nothing_as_shown(qtbot: QtBot) -> None:
    with staged(qtbot) as stage:
        tray = Tray(stage.link)
        stage.open()
        assert not tray.available, "the offscreen platform has none"
        assert not tray.tell(Notice(kind="ladder", title="LeetCode missing"))
        tray.close()


def test_the_menus_deeds_are_asked_for(qtbot: QtBot) -> None:
    with staged(qtbot) as stage:
        tray = Tray(stage.link)
        stage.open()
        for action, wanted in (
            (tray.open, tray.open_wanted),
            (tray.check, tray.check_wanted),
            (tray.hud, tray.hud_wanted),
            (tray.quit, tray.quit_wanted),
        ):
            with qtbot.waitSignal(wanted):
                action.trigger()
        tray.close()
