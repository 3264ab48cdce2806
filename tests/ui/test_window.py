"""The window: its edge, its memory, its keys, and that it is never hidden out of reach."""

from functools import partial

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from exitzero.core.errors import OutsideTrouble
from exitzero.ui.theme import State
from exitzero.ui.window import GEOMETRY, PAGE
from tests.ui import samples
from tests.ui.window_kit import staged


def test_the_edge_rail_and_title_wear_the_days_state(qtbot: QtBot) -> None:
    with staged(qtbot) as stage:
        stage.open()
        assert stage.window.state is State.AT_RISK
        assert stage.window.windowTitle() == "▲ exit 1 · 3 h 42 min – ExitZero"
        stage.set_today(samples.SUCCESS)
        stage.until(lambda: stage.window.windowTitle().startswith("●"))
        edge = stage.window.grab().toImage().pixelColor(600, 1)
        assert edge.green() > edge.red(), "the upper edge is green"


def test_before_the_engine_is_there_the_snapshot_is_shown_and_nothing_is_claimed_of_the_engine(qtbot: QtBot) -> None:
    with staged(qtbot) as stage:
        stage.link.now = lambda: samples.NOW  # type: ignore[method-assign]
        stage.link.watch.begin(samples.AT_RISK)
        stage.window.cockpit.show_today(stage.link.watch.today)
        stage.window.show()
        assert stage.window.cockpit.hero.chip.state is State.AT_RISK
        assert stage.window.strip.item("engine").text() == "engine starting"


def test_a_snapshot_that_no_longer_holds_is_not_shown(qtbot: QtBot) -> None:
    with staged(qtbot) as stage:
        stage.link.now = lambda: samples.AT_RISK.valid_until  # type: ignore[method-assign]
        stage.link.watch.begin(samples.AT_RISK)
        assert stage.link.watch.today is None


def test_without_a_contract_the_first_screen_is_the_one_that_makes_one(qtbot: QtBot) -> None:
    with staged(qtbot, samples.SampleEngine(record=None)) as stage:
        stage.open()
        stage.until(lambda: stage.window.current == "first_run")
        assert not stage.window.rail.isVisible()
        stage.set_today(samples.AT_RISK)
        assert stage.window.current == "cockpit"
        assert stage.window.rail.isVisible()


@pytest.mark.qt_log_ignore("does not support raise", extend=True)
def test_closing_with_a_tray_hides_and_without_one_never_hides(qtbot: QtBot) -> None:
    there = [True]
    with staged(qtbot, has_tray=lambda: there[0]) as stage:
        stage.open()
        with qtbot.waitSignal(stage.window.hidden_to_tray):
            stage.window.close()
        assert not stage.window.isVisible()
        stage.window.present()
        there[0] = False
        with qtbot.waitSignal(stage.window.quit_wanted):
            stage.window.close()
        assert stage.window.isVisible(), "the program quits by itself or the window stays"


def test_size_place_and_page_are_remembered(qtbot: QtBot) -> None:
    engine = samples.SampleEngine()
    with staged(qtbot, engine) as stage:
        stage.open()
        stage.window.resize(1111, 640)
        stage.window.save_place()
        stage.until(lambda: GEOMETRY in engine.preferences)
    with staged(qtbot, size=None, preferences={GEOMETRY: engine.preferences[GEOMETRY]}) as again:
        again.window.show()
        # The test's screen is narrower than a real one; Qt cuts what does not fit.
        assert again.window.height() == 640


def test_what_was_stored_and_makes_no_sense_is_ignored(qtbot: QtBot) -> None:
    with staged(qtbot, preferences={GEOMETRY: "rubbish", PAGE: "nowhere"}) as stage:
        stage.open()
        stage.window.restore_page()
        assert stage.window.current == "cockpit"


@pytest.mark.parametrize("keys", [Qt.Key.Key_R, Qt.Key.Key_L])
def test_the_keyboard_checks_and_filters(qtbot: QtBot, keys: Qt.Key) -> None:
    with staged(qtbot) as stage:
        stage.open()
        stage.window.activateWindow()
        stage.until(stage.window.isActiveWindow)
        QTest.keyClick(stage.window, keys, Qt.KeyboardModifier.ControlModifier)
        if keys is Qt.Key.Key_R:
            stage.until(lambda: ("check_now",) in stage.engine.done)
        else:
            assert stage.window.cockpit.journal.filter.hasFocus()


def test_trouble_is_said_with_its_advice_and_can_be_put_away(qtbot: QtBot) -> None:
    with staged(qtbot) as stage:
        stage.open()
        stage.link.report(OutsideTrouble("The disk is full.", "Free some space."))
        assert stage.window.banner.isVisible()
        assert {"The disk is full.", "Free some space."} <= {
            label.text() for label in stage.window.banner.findChildren(QLabel)
        }
        stage.window.banner.clear()
        assert not stage.window.banner.isVisible()


def test_a_second_engine_is_said_to_look_on(qtbot: QtBot) -> None:
    engine = samples.SampleEngine(status=samples.EngineStatus(mode="second", holder=4711))
    with staged(qtbot, engine) as stage:
        stage.open()
        item = stage.window.strip.item("engine")
        assert item.text() == "looking on"
        assert "4711" in item.toolTip()


def _is_whole(text: QLabel) -> bool:
    return text.height() >= text.heightForWidth(text.width())


@pytest.mark.parametrize("size", [QSize(900, 500), QSize(1280, 720), QSize(1600, 900)])
@pytest.mark.parametrize("name", sorted(samples.STATES))
def test_nothing_of_the_hero_is_cut_at_any_size(qtbot: QtBot, size: QSize, name: str) -> None:
    with staged(qtbot, samples.SampleEngine(record=samples.STATES[name])) as stage:
        stage.window.resize(size)
        stage.open()
        hero = stage.window.cockpit.hero
        for text in (hero.sentence, hero.note):
            if text.isVisible():
                stage.until(partial(_is_whole, text))
        assert hero.countdown.isVisible() != hero._narrow_countdown.isVisible()


def test_with_one_clause_everything_fits_a_small_screen_without_scrolling(qtbot: QtBot) -> None:
    with staged(qtbot, size=(1280, 720)) as stage:
        stage.open()
        scroll = stage.window.cockpit.findChild(QScrollArea, "cockpit-scroll")
        assert scroll is not None
        stage.until(lambda: scroll.verticalScrollBar().maximum() == 0)
