"""The page Lockdown over the real engine: with the keeper on the life's clock, and with the real helper's process."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from exitzero.core.blocking import Blocking
from exitzero.engine.actions import EMERGENCY_PRICE, EMERGENCY_SENTENCE
from exitzero.engine.questions import Questions
from exitzero.ui import theme
from exitzero.ui.link import Link
from exitzero.ui.pages.lockdown import LockdownScreen
from tests.engine.kit import DAY, DAY_ONE, MINUTE, Life, local, terms
from tests.engine.lock_kit import Machine
from tests.lockdown import rig

SITE = "news.ycombinator.com"
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
Begin = Callable[..., "Watched"]


class Watched:
    """One life and the page over it."""

    def __init__(self, life: Life, bot: QtBot) -> None:
        self.life, self.bot, self.link = life, bot, Link()
        life.adopt(replace(terms(1), blocking=Blocking(sites=frozenset({SITE}), failed=True)))
        life.pulse()
        self.link.attach(life.engine)
        self.until(lambda: self.link.watch.known)
        self.page = LockdownScreen(self.link)
        self.page.resize(1204, 692)
        self.page.show()
        self.page.finish_growing()
        self.until(lambda: self.page.is_revealed)

    @property
    def word(self) -> str:
        """The one big word."""
        return self.page.state.word.accessibleName()

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for a state of the screen."""
        self.bot.waitUntil(holds, timeout=15_000)

    def at(self, hour: str, *, days: int = 0) -> None:
        """Live on to that time, with rounds of the engine on the way."""
        self.life.live(local(DAY_ONE + days * DAY, hour), every=20 * MINUTE)
        self.life.pulse()

    def close(self) -> None:
        """Take the page apart before the life ends."""
        self.page.hide()
        self.page.deleteLater()
        self.life._settle()
        self.link.detach()
        self.link.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def begin(life: Callable[..., Life], qtbot: QtBot, qapp: QApplication) -> Iterator[Begin]:
    """Begin a life with a helper, and look at it."""
    theme.apply(qapp, theme.Mode.DARK, reduced_motion=True)
    begun: list[Watched] = []

    def start(helper: object) -> Watched:
        begun.append(Watched(life(helper=helper), qtbot))
        return begun[-1]

    yield start
    for each in begun:
        each.close()


def test_a_day_arms_fails_locks_and_its_work_releases(begin: Begin, tmp_path: Path) -> None:
    """The page follows by itself: armed in the evening, locked after the deadline, open with the submission."""
    one = begin(partial(Machine, tmp_path / "machine"))
    one.until(lambda: one.word == "ARMED")  # Nothing is proved yet in the morning.
    one.at("21:00")
    assert "will be locked at" in one.page.state.sentence.text()
    assert one.page.lists.locks.texts(0)[0] == "Armed"
    today = one.life.ask(Questions.today)
    assert today is not None
    assert ("lockdown", "1 site") in [(stake.kind, stake.amount) for stake in today.stakes]
    one.at("00:20", days=1)
    one.until(lambda: one.word == "LOCKED")
    machine = one.life.helper
    assert isinstance(machine, Machine)
    assert SITE in machine.blocked
    assert [line.title for line in one.page.lists.sites.records] == ["Hacker News"]
    machine.hosts.write_bytes(machine.hosts.read_bytes().replace(b"# exitzero", b"#"))
    assert SITE in machine.blocked, "the helper puts it right"
    one.at("00:40", days=1)
    one.until(lambda: "put right again" in " ".join(each.text for each in one.page.lists.noticed.records))
    one.life.solve(one.life.now)
    one.life.engine.check_now()
    one.until(lambda: one.word == "OPEN")
    assert one.page.state.hint.text() == "The sites are back. Firefox may need a minute."

    def past() -> list[tuple[str, ...]]:
        return [tuple(one.page.lists.past.texts(row)[:2]) for row in range(len(one.page.lists.past.records))]

    one.until(lambda: ("Released", "The day's work is verified") in past())


@pytest.mark.system
@pytest.mark.skipif(rig.why_not() is not None, reason=str(rig.why_not()))
def test_a_lock_by_hand_and_the_emergency_exit_with_the_real_helper(begin: Begin) -> None:
    """From the button to the bytes of the hosts file, through the socket; then the exit is begun and taken back."""
    with rig.rig() as machine:
        machine.start()
        one = begin(lambda _clock: machine.client)
        one.until(lambda: one.word == "ARMED")
        assert not machine.is_locked()
        one.page.state.lock.click()
        one.page.form.go.click()
        one.page.sheet.accept.click()
        one.until(lambda: one.word == "LOCKED")
        assert machine.is_locked()
        assert machine.getent(SITE) <= {"0.0.0.0", "::"}  # noqa: S104 - where a locked name leads
        coins = one.life.coins
        one.page.state.leave.click()
        one.page.sheet.reason.setText(EMERGENCY_SENTENCE.replace("own", "won"))
        one.page.sheet.accept.click()
        one.until(lambda: "to the letter" in one.page.sheet.trouble)
        assert machine.client.status().emergency_left is None
        one.page.sheet.reason.setText(EMERGENCY_SENTENCE)
        one.page.sheet.accept.click()
        one.until(lambda: one.page.state.label.text() == "Emergency exit opens in")
        assert machine.client.status().emergency_left is not None
        assert one.life.coins == coins - EMERGENCY_PRICE
        assert one.word == "LOCKED"
        one.page.state.stay.click()
        one.until(lambda: one.page.state.label.text() == "Until it ends")
        assert machine.client.status().emergency_left is None
        one.until(lambda: one.life.coins == coins)
        machine.kill()
        one.page.refresh()
        one.until(lambda: one.word == "REMINDERS ONLY")
        assert machine.is_blocked(), "the file still holds it, but nobody says so, and so does not the page"
