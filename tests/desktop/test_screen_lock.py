"""Whether the screen is locked is asked on a real session bus, and not knowing is an answer."""

from collections.abc import Callable
from typing import Any

import pytest

from exitzero.desktop.screen_lock import screen_is_locked


@pytest.mark.parametrize("name", ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"])
@pytest.mark.parametrize(("state", "locked"), [("locked", True), ("open", False)])
def test_the_desktops_saver_is_believed(in_session: Callable[..., Any], name: str, state: str, locked: bool) -> None:
    """The desktops' own services, whichever runs."""
    assert in_session("screen_saver", name, state) is locked


def test_a_bus_without_a_saver_leaves_it_unknown(in_session: Callable[..., Any]) -> None:
    """Nobody answers: neither locked nor open is claimed."""
    assert in_session("screen_saver", "", "") is None


def test_without_any_bus_it_is_unknown() -> None:
    """No session, no login service: no error."""
    assert screen_is_locked() is None
