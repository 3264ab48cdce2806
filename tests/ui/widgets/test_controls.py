"""Cards, buttons, fields, rail, strip, banner, icons and tray: they can be used by hand, key and ear."""

from collections.abc import Callable
from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QSpinBox, QTimeEdit, QWidget
from pytestqt.qtbot import QtBot

from exitzero.ui import theme
from exitzero.ui.theme import State, Tone
from exitzero.ui.widgets import icons, tray_icon
from exitzero.ui.widgets.card import Banner, Button, Card, Chip, EmptyState, Figure, Kind, Meter
from exitzero.ui.widgets.field import Check, Field
from exitzero.ui.widgets.nav_rail import NavItem, NavRail
from exitzero.ui.widgets.status_strip import StatusItem, StatusStrip

Painted = Callable[[QWidget, int, int], QImage]
NEEDED = {
    "cockpit", "leetcode", "days", "contract", "ledger", "health", "settings", "check", "why", "copy", "filter",
    "pause", "bell", "lock", "fullscreen", "pin", "export", "backup",
}  # fmt: skip


def _differ(images: list[QImage]) -> bool:
    return all(one != other for one, other in combinations(images, 2))


@pytest.mark.parametrize("solid", [True, False])
def test_a_chip_is_another_picture_for_each_state(look: theme.Theme, painted: Painted, solid: bool) -> None:
    """Shape, colour and word; the card's own word is what is read aloud, with the state behind it."""
    assert _differ([painted(Chip(state, "same", solid=solid), 120, 26) for state in State])
    chip = Chip(State.FAILED, "missing")
    assert (chip.accessibleName(), chip.accessibleDescription()) == ("missing", "FAILED")


def test_a_button_is_pressed_by_mouse_space_and_enter(dark: theme.Theme, painted: Painted, qtbot: QtBot) -> None:
    """All three do the same; a busy one does nothing."""
    button = Button("Check now", Kind.PRIMARY, icon="check")
    painted(button, 140, 32)
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.keyClick(button, Qt.Key.Key_Space)
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert len(pressed) == 3
    button.set_busy(True, "Checking")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(pressed) == 3
    assert button.accessibleName() == "Checking"


@pytest.mark.parametrize("kind", list(Kind))
def test_the_keyboard_can_be_seen_on_a_button(look: theme.Theme, painted: Painted, qtbot: QtBot, kind: Kind) -> None:
    """A focused button has a ring that it has not otherwise."""
    button = Button("Log outreach", kind)
    painted(button, 140, 32)
    button.clearFocus()
    plain = button.grab().toImage()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(button.hasFocus)
    assert button.grab().toImage() != plain


def test_a_meter_counts_pieces(dark: theme.Theme, painted: Painted) -> None:
    """None, some and all of five differ; more than all looks like all; it says how many."""
    images = []
    meter = Meter()
    for done in (0, 2, 5, 7):
        meter.set_progress(done, 5)
        images.append(painted(meter, 200, 8))
    assert _differ(images[:3])
    assert images[2] == images[3]
    assert meter.accessibleDescription() == "7 of 5"


def test_a_figure_says_number_and_unit(dark: theme.Theme, qtbot: QtBot) -> None:
    """They are read as one."""
    figure = Figure("2", "/ 5 proven today")
    qtbot.addWidget(figure)
    assert figure.accessibleName() == "2 / 5 proven today"


def test_a_card_shows_its_state(dark: theme.Theme, painted: Painted) -> None:
    """The state is at the heading, for the eye and the ear, and can be taken away."""
    card = Card("LeetCode")
    card.set_state(State.FAILED, "missing")
    with_state = painted(card, 300, 120)
    assert (card.accessibleName(), card.accessibleDescription()) == ("LeetCode", "missing")
    card.set_state(None)
    assert card.grab().toImage() != with_state


def test_a_banner_says_what_to_do(dark: theme.Theme, qtbot: QtBot) -> None:
    """It has one action and can be dismissed; both are told; long words make it higher, not cut."""
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_message(Tone.WARN, "The keyring is locked", "Secrets stay in memory.", action="Unlock")
    assert (banner.accessibleName(), banner.accessibleDescription()) == (
        "The keyring is locked",
        "Secrets stay in memory.",
    )
    action, close = banner.findChildren(Button)
    with qtbot.waitSignal(banner.activated):
        QTest.mouseClick(action, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(banner.dismissed):
        QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert banner.isHidden()
    banner.show_message(Tone.BAD, "A title " * 8, "And an advice that is long. " * 8)
    assert banner.heightForWidth(320) > banner.heightForWidth(1200)


def test_an_empty_state_begins_something(dark: theme.Theme, painted: Painted, qtbot: QtBot) -> None:
    """It says what is missing and has the button for it."""
    empty = EmptyState("No contract yet", "It says what you owe a day.", "Write the contract", icon="contract")
    painted(empty, 500, 300)
    assert empty.accessibleName() == "No contract yet"
    with qtbot.waitSignal(empty.activated):
        QTest.mouseClick(empty.button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("make", [QLineEdit, QSpinBox, QTimeEdit, QComboBox, QCheckBox])
def test_an_error_stands_at_its_field(dark: theme.Theme, painted: Painted, make: Callable[[], QWidget]) -> None:
    """It takes the hint's place, changes the control's edge, and is read with the control; then it is gone again."""
    field = Field("Name", make(), "The name in your profile's address")
    calm = painted(field, 300, 90)
    control = field.control
    assert (control.accessibleName(), control.accessibleDescription()) == (
        "Name",
        "The name in your profile's address",
    )
    field.set_error("Nobody has that name.")
    assert control.accessibleDescription() == "Nobody has that name."
    assert control.property("trouble") is True
    assert field.grab().toImage() != calm
    field.set_error(None)
    assert control.accessibleDescription() == "The name in your profile's address"
    assert control.property("trouble") is False


def test_a_check_while_typing_has_three_results(dark: theme.Theme, painted: Painted) -> None:
    """Running, right and wrong are three pictures; wrong is an error, right is not."""
    field = Field("Name", QLineEdit("ada"))
    painted(field, 300, 90)
    images = []
    for check, text in ((Check.RUNNING, ""), (Check.GOOD, "found"), (Check.BAD, "Nobody has that name.")):
        field.set_check(check, text)
        images.append(field.grab().toImage())
    assert _differ(images)
    assert field.error == "Nobody has that name."
    field.set_check(Check.GOOD, "found")
    assert field.error is None


@pytest.fixture
def rail(dark: theme.Theme, painted: Painted) -> NavRail:
    result = NavRail()
    pages = [NavItem(key, key.title(), key) for key in ("cockpit", "leetcode", "days")]
    result.set_items(pages, [NavItem("settings", "Settings", "settings")])
    result.set_active("cockpit")
    painted(result, 76, 700)
    return result


def test_pages_are_reached_by_click_and_by_number(rail: NavRail, qtbot: QtBot) -> None:
    """A click and Ctrl with a digit go there; Ctrl+4 reaches the lower group."""
    with qtbot.waitSignal(rail.activated) as clicked:
        QTest.mouseClick(rail.button("days"), Qt.MouseButton.LeftButton)
    assert clicked.args == ["days"]
    assert rail.active == "days"
    rail.activateWindow()
    qtbot.waitUntil(rail.isActiveWindow)
    with qtbot.waitSignal(rail.activated) as keyed:
        QTest.keyClick(rail, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert keyed.args == ["settings"]


def test_arrows_walk_along_the_rail(rail: NavRail, qtbot: QtBot) -> None:
    """Down goes to the next page, Up from the first to the last; Space opens."""
    rail.button("cockpit").setFocus()
    qtbot.waitUntil(rail.button("cockpit").hasFocus)
    QTest.keyClick(rail.button("cockpit"), Qt.Key.Key_Down)
    assert rail.button("leetcode").hasFocus()
    with qtbot.waitSignal(rail.activated) as opened:
        QTest.keyClick(rail.button("leetcode"), Qt.Key.Key_Space)
    assert opened.args == ["leetcode"]


def test_the_rail_wears_the_state(rail: NavRail) -> None:
    """Each state is another picture and another word."""
    images = []
    for state in State:
        rail.set_state(state)
        assert rail.accessibleDescription() == state.word
        images.append(rail.grab().toImage())
    assert _differ(images)


def test_a_low_window_keeps_every_page(rail: NavRail) -> None:
    """Without room for words the icons stay, all inside."""
    rail.resize(76, rail.minimumSizeHint().height())
    QApplication.processEvents()
    last = rail.button("settings")
    assert last.geometry().bottom() < rail.height()
    assert last.height() < 56
    assert last.accessibleName() == "Settings"


def test_the_strip_keeps_its_items_and_tells_clicks(dark: theme.Theme, painted: Painted, qtbot: QtBot) -> None:
    """New words do not make new widgets; a clickable item tells its key; another one is no button."""
    strip = StatusStrip()
    items = [StatusItem("engine", "engine", State.SAFE, clickable=True), StatusItem("next", "next check 20:32")]
    strip.set_items(items, [StatusItem("version", "v0.1")])
    painted(strip, 900, 28)
    engine = strip.item("engine")
    strip.set_items([items[0], items[1]._replace(text="next check 20:47")], [StatusItem("version", "v0.1")])
    assert strip.item("engine") is engine
    assert strip.item("next").accessibleName() == "next check 20:47"
    assert "20:47" in strip.accessibleDescription()
    with qtbot.waitSignal(strip.item_activated) as told:
        QTest.mouseClick(engine, Qt.MouseButton.LeftButton)
    assert told.args == ["engine"]
    with qtbot.assertNotEmitted(strip.item_activated):
        QTest.mouseClick(strip.item("next"), Qt.MouseButton.LeftButton)


def test_the_icons_are_all_there_and_take_their_colour(dark: theme.Theme) -> None:
    """Every icon a page needs is drawn, in the colour asked for, from the cache the second time."""
    assert set(icons.names()) >= NEEDED
    for name in icons.names():
        image = icons.pixmap(name, QColor("#FF0000"), 20, 2.0).toImage()
        inked = [image.pixelColor(x, y) for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha() > 250]
        assert inked, name
        assert all(color.red() > 240 and color.green() < 15 for color in inked), name
    red = QColor("#FF0000")
    assert icons.pixmap("bell", red).cacheKey() == icons.pixmap("bell", red).cacheKey()
    with pytest.raises(FileNotFoundError):
        icons.pixmap("no-such-icon", red)
    assert len(icons.app_icon().availableSizes()) == 9


@pytest.mark.parametrize("size", [16, 22, 64])
def test_the_tray_tells_state_code_and_time(dark: theme.Theme, size: int) -> None:
    """Another state, another exit code and another time left are other pictures at every size."""

    def picture(state: State, left: float, code: int | None) -> QImage:
        return tray_icon.render_pixmap(state, left, size, exit_code=code).toImage()

    assert _differ([picture(state, 0.6, 1) for state in State])
    assert _differ([picture(State.AT_RISK, 0.6, code) for code in (1, 3, 7, None)])
    assert _differ([picture(State.AT_RISK, left, 3) for left in (0.1, 0.5, 0.9)])
    assert picture(State.SAFE, 7.0, 0) == picture(State.SAFE, 1.0, 0)
    assert not tray_icon.render_icon(State.SAFE, 0.5).isNull()
