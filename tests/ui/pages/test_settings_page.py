"""Each setting holds at once and is remembered; none of them touches what is owed."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from exitzero.core.errors import OutsideTrouble
from exitzero.core.topics import Topic
from exitzero.desktop import autostart
from exitzero.ui.pages import wording
from exitzero.ui.pages.settings import SettingsScreen
from exitzero.ui.theme import State
from tests.ui.pages import samples
from tests.ui.pages.conftest import Stage


def test_what_is_stored_is_shown_and_showing_it_stores_nothing(stage: Stage) -> None:
    """Opening the page is not a choice."""
    stage.records.preferences = {"appearance.theme": "light", "notify.ladder": False, "first_weekday": 6}
    page = stage.open(SettingsScreen)
    assert page.theme.currentData() == "light"
    assert not page.notify["ladder"].isChecked()
    assert page.notify["verdict"].isChecked()
    assert page.weekday.currentData() == 6
    assert stage.records.done == []


def test_choices_are_remembered_under_their_names(stage: Stage) -> None:
    """The names are those that window and engine read."""
    page = stage.open(SettingsScreen)
    page.theme.choose("dark")
    page.motion.click()
    page.notify["verdict"].click()
    page.weekday.choose(6)
    stage.settle()
    assert [value for _name, value in stage.records.done] == [
        ("appearance.theme", "dark"),
        ("appearance.reduced_motion", True),
        ("notify.verdict", False),
        ("first_weekday", 6),
    ]


def test_hours_change_at_once(stage: Stage) -> None:
    """The next time that is written is written so."""
    page = stage.open(SettingsScreen)
    page.clock.choose("12")
    assert wording.time_text(samples.at(20, 17), samples.ZONE) == "8:17 PM"
    page.clock.choose("24")
    assert wording.time_text(samples.at(20, 17), samples.ZONE) == "20:17"


def test_a_choice_that_could_not_be_kept_is_taken_back(stage: Stage) -> None:
    """The page never shows what is not so."""
    page = stage.open(SettingsScreen)
    stage.records.refusal = OutsideTrouble("The disk is full.", "Free some space.")
    page.notify["ladder"].click()
    stage.settle()
    stage.settle()
    assert page.notify["ladder"].isChecked()
    assert page.banner.accessibleName() == "The disk is full. Free some space."


@pytest.mark.skipif(sys.platform != "linux", reason="looks at the file that Linux desktops read")
def test_starting_with_the_system_is_really_set(stage: Stage, private_home: Path) -> None:
    """The switch writes what the desktop reads at login, and takes it away again."""
    page = stage.open(SettingsScreen)
    page.autostart.click()
    stage.settle()
    assert autostart.is_enabled()
    page.autostart.click()
    stage.settle()
    assert not autostart.is_enabled()


def test_always_on_top_is_offered_only_where_it_can_be_had(stage: Stage) -> None:
    """A platform without it (this one, offscreen) does not show the switch."""
    page = stage.open(SettingsScreen)
    assert not page.on_top.isVisible()
    assert page.autostart.isVisible()


def test_the_source_is_shown_and_tried(stage: Stage) -> None:
    """Whose account at which address; changing it goes through the contract."""
    page = stage.open(SettingsScreen)
    assert page.account.text() == "ada-example at leetcode.com"
    assert "https://leetcode.com" in page.address.text()
    page.test.click()
    stage.settle()
    assert ("check_name", ("leetcode", "ada-example")) in stage.records.running
    with stage.bot.waitSignal(page.navigate) as asked:
        page.change.click()
    assert asked.args == ["contract", None]


def test_a_stand_in_is_told(stage: Stage) -> None:
    """Another address than the service's is marked here as well."""
    stage.records.source_record = samples.source_page(
        view=samples.source_view(official=False, origin="http://127.0.0.1:8099")
    )
    page = stage.open(SettingsScreen)
    assert page.address.text().startswith("A stand-in for the service.")
    assert page.source_card.chip.state is State.SAFE


def test_the_folder_is_shown(stage: Stage) -> None:
    """Where everything lies can be read and selected."""
    page = stage.open(SettingsScreen)
    assert page.folder.text() == "/home/ada/.local/share/exitzero"
    assert page.folder.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    assert page.open_folder.isEnabled()


def test_a_preference_changed_elsewhere_is_followed(stage: Stage) -> None:
    """The window's own key for always-on-top and this page never disagree for long."""
    page = stage.open(SettingsScreen)
    stage.records.preferences["appearance.reduced_motion"] = True
    stage.tell(Topic.PREFERENCES)
    assert page.motion.isChecked()
