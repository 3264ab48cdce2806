"""The alarm stands while the engine says that it must, and goes by work, by doubt, or by a way that costs."""

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from exitzero.core.stakes import Stakes
from exitzero.engine.actions import ALARM_PRICE, ALARM_SENTENCE
from exitzero.ui import scolding
from exitzero.ui.alarm import QUIET, Alarm, is_quiet, quiet_hours
from exitzero.ui.alarm_window import AlarmWindow
from tests.engine.kit import page
from tests.ui import samples
from tests.ui.stakes_life import Staked

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

LEVEL_2 = Stakes(alarm=2)


class Ears:
    """What was played; ``player`` is what the next sound is played with, ``locked`` how the screen is."""

    def __init__(self) -> None:
        self.heard: list[Path] = []
        self.player = "pw-play"
        self.locked: bool | None = None

    def play(self, path: Path) -> str:
        self.heard.append(path)
        return self.player


@pytest.fixture
def ears() -> Ears:
    """Nobody else hears the tests."""
    return Ears()


Ring = Callable[..., Alarm]


@pytest.fixture
def ring(ears: Ears) -> Iterator[Ring]:
    """An alarm for a life, with a wait that a test can sit out."""
    made: list[Alarm] = []

    def make(staked: Staked, **settings: Any) -> Alarm:
        settings.setdefault("exit_wait", 0)
        made.append(Alarm(staked.link, locked=lambda: ears.locked, play=ears.play, **settings))
        return made[-1]

    yield make
    for alarm in made:
        alarm.close()
        alarm.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def shown(alarm: Alarm) -> AlarmWindow:
    """Its window, which must be there."""
    assert alarm.window is not None
    return alarm.window


def alarm_windows() -> list[Any]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, AlarmWindow) and each.isVisible()]


def test_it_comes_with_the_urgent_rung_and_goes_with_the_work(
    staked: Callable[..., Staked], ring: Ring, ears: Ears
) -> None:
    """Nothing at 21:00, one window at 22:00, gone by itself after a check that found the work."""
    day = staked(LEVEL_2)
    alarm = ring(day)
    day.at("21:00")
    day.attach()
    assert alarm_windows() == []
    day.at("22:00")
    day.until(lambda: alarm.is_up)
    window = shown(alarm)
    assert window.level == 2
    assert "LeetCode 0/1" in window.big.text()
    assert window.code.accessibleName() == "1"
    day.until(lambda: ears.heard)
    day.until(lambda: "pw-play" in window.sound.text())
    day.life.solve()
    day.life.to(day.life.now + timedelta(minutes=2))
    QTest.mouseClick(window.check, Qt.MouseButton.LeftButton)
    day.bot.waitUntil(lambda: not alarm.is_up, timeout=5000)
    assert alarm_windows() == []
    assert not alarm._ringing.isActive()


def test_a_check_that_finds_nothing_says_so(staked: Callable[..., Staked], ring: Ring) -> None:
    """The window stays, with the answer in it."""
    day = staked(LEVEL_2)
    alarm = ring(day)
    day.at("22:00")
    day.attach()
    day.until(lambda: alarm.is_up)
    window = shown(alarm)
    window.check.click()
    day.until(window.result.text)
    assert "0 of 1" in window.result.text()
    assert window.check.isEnabled()


def test_it_cannot_be_closed_hidden_or_minimised(staked: Callable[..., Staked], ring: Ring) -> None:
    """Close, Alt+F4's close event, Escape, hide and minimise all end with the window standing."""
    day = staked(LEVEL_2)
    alarm = ring(day)
    day.at("22:00")
    day.attach()
    day.until(lambda: alarm.is_up)
    window = shown(alarm)
    assert window.close() is False
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.isVisible()
    window.hide()
    day.until(window.isVisible)
    window.showMinimized()
    day.until(lambda: not window.isMinimized())
    assert alarm_windows() == [window]


def test_doubt_silences_it(staked: Callable[..., Staked], ring: Ring) -> None:
    """A source that stopped answering takes the alarm away: an unknown never scolds."""
    day = staked(LEVEL_2)
    alarm = ring(day)
    day.at("22:00")
    day.attach()
    day.until(lambda: alarm.is_up)
    day.life.service.fault = page(503, "down")
    day.at("23:30")
    day.until(lambda: not alarm.is_up)


def test_quiet_hours_keep_it_away_and_a_change_holds_from_the_next(staked: Callable[..., Staked], ring: Ring) -> None:
    """Within them nothing comes; set while it rings, they change nothing."""
    day = staked(LEVEL_2)
    day.life.do(lambda actions: actions.set_preference(QUIET, ["21:30", "22:30"]))
    alarm = ring(day)
    day.at("22:00")
    day.attach()
    day.until(lambda: alarm._quiet_known)
    assert not alarm.is_up
    day.at("22:40")
    day.link.watch.minute.emit()
    day.until(lambda: alarm.is_up)
    day.life.do(lambda actions: actions.set_preference(QUIET, ["21:30", "23:30"]))
    day.link.watch.minute.emit()
    assert alarm.is_up


def test_a_locked_screen_is_left_alone(staked: Callable[..., Staked], ring: Ring, ears: Ears) -> None:
    """Nothing is shown or played until it is unlocked."""
    ears.locked = True
    day = staked(LEVEL_2)
    alarm = ring(day)
    day.at("22:00")
    day.attach()
    day.until(alarm._again.isActive)
    assert not alarm.is_up
    assert ears.heard == []
    ears.locked = False
    day.link.watch.minute.emit()
    day.until(lambda: alarm.is_up)


def test_without_anything_to_play_with_it_says_so(staked: Callable[..., Staked], ring: Ring, ears: Ears) -> None:
    """The window works all the same."""
    ears.player = "nothing"
    day = staked(LEVEL_2)
    alarm = ring(day)
    day.at("22:00")
    day.attach()
    day.until(lambda: alarm.is_up)
    window = shown(alarm)
    day.until(window.sound.text)
    assert window.sound.text() == "no sound: nothing to play it with"


@pytest.mark.parametrize(("level", "again"), [(1, False), (2, True), (3, True)])
def test_the_level_decides_how_often_it_sounds(
    staked: Callable[..., Staked], ring: Ring, ears: Ears, level: int, again: bool
) -> None:
    """Level 1 sounds once; from 2 on it comes back; 3 fills the screen."""
    day = staked(Stakes(alarm=level))
    alarm = ring(day, sound_every_ms=50)
    day.at("22:00")
    day.attach()
    day.until(lambda: alarm.is_up)
    day.until(lambda: ears.heard)
    assert alarm._ringing.isActive() is again
    if again:
        day.until(lambda: len(ears.heard) >= 3)
    assert shown(alarm).isFullScreen() is (level == 3)


def test_the_emergency_exit_takes_the_wait_the_letter_and_the_price(staked: Callable[..., Staked], ring: Ring) -> None:
    """A wrong letter does not open it, pasting does not, and the coins are gone afterwards."""
    day = staked(LEVEL_2)
    alarm = ring(day)
    day.at("22:00")
    day.attach()
    day.until(lambda: alarm.is_up)
    way = shown(alarm).exit
    before = day.life.coins
    way.open.click()
    day.until(way.typed.isVisible)
    assert str(ALARM_PRICE) in way.words.text()
    QGuiApplication.clipboard().setText(ALARM_SENTENCE)
    QTest.keyClick(way.typed, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert way.typed.text() == ""
    QTest.keyClicks(way.typed, ALARM_SENTENCE.lower())
    assert not way.leave.isEnabled()
    way.typed.clear()
    QTest.keyClicks(way.typed, ALARM_SENTENCE)
    way.leave.click()
    day.until(lambda: not alarm.is_up)
    assert alarm_windows() == []
    assert day.life.coins == before - ALARM_PRICE


def test_the_wait_is_counted_before_anything_can_be_typed(staked: Callable[..., Staked], ring: Ring) -> None:
    """The field is not there while the wait runs, and staying begins it anew."""
    day = staked(LEVEL_2)
    alarm = ring(day, exit_wait=60)
    day.at("22:00")
    day.attach()
    day.until(lambda: alarm.is_up)
    way = shown(alarm).exit
    way.open.click()
    assert not way.typed.isVisible()
    assert 58 <= way.seconds_left <= 60
    assert "until you may type it" in way.words.text()
    way.stay.click()
    assert way.seconds_left == 60
    assert way.open.isVisible()


def test_the_words_are_facts_at_every_level() -> None:
    """Only what the record of today holds is said; the bluntest level says no more than the mildest, but harder."""
    now = samples.NOW
    rung = samples.AT_RISK.rungs[0]
    for level in (1, 2, 3):
        told = " ".join(scolding.sentences(samples.AT_RISK, now, level))
        assert "0 of 1" in told
        assert "12 days" in told
    assert rung.state == "fired"
    assert "Nothing since then." in " ".join(scolding.sentences(samples.AT_RISK, now, 3))
    assert "known since" not in " ".join(scolding.sentences(samples.MORNING, now, 3))


@pytest.mark.parametrize(
    ("at", "quiet"),
    [(time(23, 29), False), (time(23, 30), True), (time(3), True), (time(7), False), (time(12), False)],
)
def test_quiet_hours_reach_over_midnight(at: time, quiet: bool) -> None:
    """The first minute is quiet, the last one is not."""
    assert is_quiet(quiet_hours(["23:30", "07:00"]), at) is quiet


@pytest.mark.parametrize("value", [None, [], ["7"], "07:00", ["07:00", "07:00"], 7, ["25:00", "01:00"]])
def test_what_is_no_span_means_no_quiet_hours(value: object) -> None:
    """A preference that cannot be read silences nothing."""
    assert quiet_hours(value) is None


def test_the_sound_is_there_and_short() -> None:
    """The file that is played is a sound of a few seconds."""
    import wave

    from exitzero.ui.theme import resource_path

    with wave.open(resource_path("sounds", "alarm.wav")) as file:
        assert 0.5 < file.getnframes() / file.getframerate() < 5
