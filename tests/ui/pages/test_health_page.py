"""The health page puts first what needs a hand, and does what it offers."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from exitzero.core.errors import OutsideTrouble
from exitzero.ui.pages.health import HealthRow, HealthScreen
from exitzero.ui.theme import State
from tests.ui.pages import samples
from tests.ui.pages.conftest import Stage

Words = Callable[[Any], str]


def test_what_is_wrong_comes_first_with_its_advice(stage: Stage, words: Words) -> None:
    """State as word and shape, and what to do."""
    page = stage.open(HealthScreen)
    rows = [row.item.key for row in page.findChildren(HealthRow)]
    assert rows[:3] == ["disk", "tray", "keyring"]
    assert page.summary.text() == "3 of 7 need a look."
    assert page.card.chip.state is State.FAILED
    assert "Free some space" in words(page)


def test_all_good_is_one_sentence(stage: Stage) -> None:
    """Nothing to do is said, not left over."""
    stage.records.health_record = samples.HEALTH[:3]
    page = stage.open(HealthScreen)
    assert page.summary.text() == "Everything does its part."
    assert page.card.chip.state is State.SAFE


def test_it_is_looked_at_again_by_key(stage: Stage) -> None:
    """Alt+R runs everything anew and shows what is found now."""
    page = stage.open(HealthScreen)
    stage.records.health_record = samples.HEALTH[:3]
    QTest.keyClick(page, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    stage.bot.waitUntil(lambda: len(page.items) == 3)
    assert page.again.isEnabled()


def test_a_backup_is_made_and_the_list_read_again(stage: Stage) -> None:
    """The banner names the file; a backup that does not open is marked broken."""
    page = stage.open(HealthScreen)
    page.back_up.click()
    stage.settle()
    assert ("back_up", None) in stage.records.running
    assert "exitzero-2026-11-19-2017.db" in page.banner.accessibleName()
    assert page.backups.texts(2)[:3] == ("Tue 17 Nov 06:00", "broken", "cannot be opened: not a database")


def test_a_failed_backup_says_why(stage: Stage) -> None:
    """And the button can be pressed again."""
    page = stage.open(HealthScreen)
    stage.records.refusal = OutsideTrouble("The disk is full.", "Free some space.")
    page.back_up.click()
    stage.settle()
    assert page.banner.accessibleName() == "The disk is full. Free some space."
    assert page.back_up.isEnabled()


def test_the_export_asks_where_to_without_holding_the_window(stage: Stage) -> None:
    """The dialog is open, the page still answers, and the chosen file is written in the chosen form."""
    page = stage.open(HealthScreen)
    page.export.csv.click()
    dialog = page.export._dialog
    assert dialog is not None
    assert dialog.isVisible()
    dialog.fileSelected.emit("/tmp/out.zip")
    stage.settle()
    assert ("export", ("/tmp/out.zip", "csv")) in stage.records.running
    assert page.banner.accessibleName() == "Written to /tmp/out.zip"
    dialog.reject()
    stage.settle()


def test_the_notification_is_tried(stage: Stage) -> None:
    """What the desktop did with it is told."""
    page = stage.open(HealthScreen)
    page.notify.click()
    stage.settle()
    assert ("test_notification", None) in stage.records.running
    assert page.banner.accessibleName() == "Shown by the desktop."


def test_if_nothing_can_be_looked_at_the_page_says_so(stage: Stage, words: Words) -> None:
    """A first look that fails leaves no empty card."""
    stage.records.health_record = OutsideTrouble("The engine is busy.", "Wait a moment.")
    page = stage.open(HealthScreen)
    assert "It could not be looked at" in words(page)
    assert page.again.isEnabled()
