"""Tray, small window, strip and cockpit say until when something is locked, in the same words, and never wrongly."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from exitzero.core.today import LockView
from exitzero.ui.hud import Hud
from exitzero.ui.pages.lockdown_words import short_text
from exitzero.ui.status_line import left_items
from exitzero.ui.theme import State
from exitzero.ui.tray import Tray
from exitzero.ui.widgets.countdown import Countdown, format_left
from exitzero.ui.widgets.tray_icon import render_pixmap
from tests.ui import samples
from tests.ui.window_kit import Stage, staged

pytestmark = pytest.mark.qt_log_ignore("does not support raise", extend=True)

LOCKED = LockView("locked", None, samples.local(23, 30), "Locked by hand", "Its own time", 96)
NOT_LOCKED = [
    (LockView("armed", samples.local(23, 59), None, "The deadline passed", "The work", 96), "lockdown armed for 23:59"),
    (replace(LOCKED, standing="degraded"), "a lock runs, the hosts file does not hold it"),
    (LockView("idle"), ""),
    (LockView("missing", words="No helper."), ""),
    (LockView(), ""),
]


def stakes_words(stage: Stage) -> str:
    """What stands on the stakes card."""
    return "\n".join(label.text() for label in stage.window.cockpit.stakes.findChildren(QLabel))


def strip_words(stage: Stage) -> list[str]:
    """What the strip says of the engine."""
    return [item.text for item in left_items(stage.link)]


def test_a_lock_is_told_everywhere_with_its_end(qtbot: QtBot) -> None:
    """Tooltip, menu, small window, strip and stakes."""
    with staged(qtbot, samples.SampleEngine(record=replace(samples.THREE, lock=LOCKED))) as stage:
        tray, hud = Tray(stage.link), Hud(stage.link)
        hud.show()
        stage.open()
        stage.window.cockpit.finish_growing()
        assert tray.lock_line.text() == "▲ Locked until 23:30"
        assert tray.lock_line.isVisible()
        assert "▲ Locked until 23:30" in tray.tooltip
        assert hud.lock.text() == "▲ locked until 23:30"
        assert hud.lock.isVisible()
        assert "locked until 23:30" in hud.accessibleName()
        assert "locked until 23:30" in strip_words(stage)
        assert "Locked until 23:30" in stakes_words(stage)
        assert "96 host names" in stakes_words(stage)
        with qtbot.waitSignal(tray.lockdown_wanted):
            tray.lock_line.trigger()
        stage.set_today(samples.THREE)
        assert not tray.lock_line.isVisible()
        assert not hud.lock.isVisible()
        assert "ocked" not in tray.tooltip + stakes_words(stage).replace("Lockdown", "")
        for part in (hud, tray):
            part.close()
            part.deleteLater()  # Never left to the collector, which may run in the engine's thread.


@pytest.mark.parametrize(("lock", "text"), NOT_LOCKED)
def test_what_is_not_locked_is_never_called_so(qtbot: QtBot, lock: LockView, text: str) -> None:
    """Armed, not held, no helper: each in its own words, or none."""
    with staged(qtbot, samples.SampleEngine(record=replace(samples.THREE, lock=lock))) as stage:
        tray = Tray(stage.link)
        stage.open()
        stage.window.cockpit.finish_growing()
        told = f"{tray.tooltip}\n{stakes_words(stage)}\n{strip_words(stage)}".lower()
        assert "locked until" not in told
        assert (text in told) if text else "lockdown armed" not in told
        tray.close()
        tray.deleteLater()


def test_the_cockpit_counts_down_to_the_emergency_exit(qtbot: QtBot) -> None:
    """By the second, on the stakes card."""
    view = replace(LOCKED, opens=samples.local(20, 31))
    engine = samples.SampleEngine(record=replace(samples.THREE, lock=view))
    with staged(qtbot, engine) as stage:
        stage.open()
        stage.window.cockpit.finish_growing()
        (countdown,) = stage.window.cockpit.stakes.findChildren(Countdown)
        left = (samples.local(20, 31) - engine.now()).total_seconds()
        assert countdown.text == format_left(left)
        assert "Locked, emergency exit opens 20:31" in stakes_words(stage)


def test_the_emergency_exit_is_told_while_it_is_waited_for() -> None:
    """Still locked, and when the exit opens."""
    view = replace(LOCKED, opens=samples.local(20, 31))
    assert short_text(view, samples.local(20, 18), samples.ZONE) == "locked, emergency exit opens 20:31"


@pytest.mark.parametrize("size", [16, 22, 32, 64])
@pytest.mark.parametrize("state", list(State))
def test_the_trays_picture_wears_a_padlock_only_while_locked(qtbot: QtBot, state: State, size: int) -> None:
    """In a corner of its own: the code's middle is the same picture with and without it."""
    with_lock = render_pixmap(state, 0.5, size, exit_code=1, locked=True).toImage()
    without = render_pixmap(state, 0.5, size, exit_code=1).toImage()
    assert with_lock != without
    assert with_lock.copy(0, size // 2, size, size // 2) == without.copy(0, size // 2, size, size // 2)
