"""Notices go through one port: the session bus first, then step by step down, and "nothing" where nobody saw it."""

import os
import stat
from pathlib import Path

import pytest

from exitzero.desktop.notifications import Notice, Notifier, Way
from tests.desktop.conftest import Run


@pytest.mark.system
class TestOnTheBus:
    def test_a_notice_arrives_whole(self, in_session: Run) -> None:
        """Urgency, buttons, icon and text arrive; markup in a text is text, and a NUL does not cut us off."""
        seen = in_session("notices", "shown")
        assert (seen["by"], seen["buttons"]) == ("bus", True)
        assert seen["seen"] == {
            "what": "notify",
            "id": 1,
            "replaces": 0,
            "app": "ExitZero",
            "icon": "/icons/app.svg",
            "title": "-u <2 h left>",
            "body": "1 &lt; 2 &amp; &lt;b&gt;bold&lt;/b&gt; ✓",
            "actions": ["default", "Open", "check", "Check now"],
            "hints": {"urgency": 2, "desktop-entry": "exitzero"},
            "timeout": -1,
        }

    def test_a_service_without_markup_and_buttons_gets_none(self, in_session: Run) -> None:
        """What the service cannot show is not sent, and the caller is told that there are no buttons."""
        seen = in_session("notices", "plain_service")
        assert seen == {"buttons": False, "body": "1 < 2 & <b>bold</b> ✓", "actions": []}

    def test_a_notice_takes_the_place_of_the_one_before_it(self, in_session: Run) -> None:
        """Only where asked for, and not of one that the person has dismissed."""
        assert in_session("notices", "replaced") == [[1, 0], [1, 1], [2, 0], [3, 0], [4, 0]]

    def test_presses_are_heard(self, in_session: Run) -> None:
        """Our own only, also those that come in while another notice is being sent."""
        seen = in_session("notices", "pressed")
        assert seen["opened"] is True
        assert seen["heard"] == [["rung-20:00", "check"], ["rung-20:00", "default"]]
        assert seen["tokens"] == ["wayland-token", None]

    def test_a_notice_is_withdrawn_once(self, in_session: Run) -> None:
        """When the work is done its warning goes; the others stay."""
        seen = in_session("notices", "withdrawn")
        assert seen == {"shown": [1, 2], "closed": {"what": "close", "id": 1}, "following": "notify"}

    def test_numbers_of_a_service_that_is_gone_mean_nothing(self, in_session: Run) -> None:
        """A new service counts from one again: its first notice is somebody else's."""
        seen = in_session("notices", "service_restarts")
        assert seen == {"between": "nothing", "again": "bus", "replaces": 0, "heard": []}

    def test_a_service_that_does_not_answer_is_not_waited_for(self, in_session: Run) -> None:
        """After two seconds the next step down is taken; meanwhile the Qt thread is held up by nothing, and a press
        that comes in is heard."""
        seen = in_session("notices", "mute_service")
        assert seen["ways"] == ["tray"]
        assert seen["waited"] < 0.5
        assert seen["heard"] == [["hint", "default"]]

    def test_a_bus_that_dies_is_found_again(self, child: Run, bus_config: Path) -> None:
        """The program outlives the session's bus: no error, no false claim, and a new connection."""
        seen = child("notices", "bus_dies", str(bus_config))
        assert seen == {"opened": True, "lost": [None, "nothing"], "found again": "bus", "seen": "Second"}

    def test_without_a_service_the_steps_are_taken_in_order(self, in_session: Run) -> None:
        """Tray, then banner, then the honest "nothing"; a broken step does not end the way."""
        seen = in_session("notices", "steps_down")
        assert seen["ways"] == ["tray", "banner", "banner", "nothing", "nothing"]
        assert seen["asked"] == ["banner", "tray", "banner", "broken tray", "banner", "tray"]


def test_without_a_bus_nothing_is_claimed() -> None:
    """No session bus, no tray, no window: the notice was not shown, and no error comes of it."""
    notifier = Notifier()
    assert notifier.open() is False
    assert notifier.fileno() is None
    assert notifier.show(Notice(kind="rung", title="two hours left")).by is Way.NOTHING


@pytest.mark.parametrize(("code", "way"), [(0, Way.SYSTEM), (1, Way.NOTHING)])
def test_notify_send_is_believed_by_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, way: Way
) -> None:
    """Without a bus of our own the program is tried; a title that looks like an option stays a title."""
    program = tmp_path / "notify-send"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/asked\nexit {code}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    notice = Notice(kind="rung", title="-t 5", body="a < b", urgent=True)
    assert Notifier().show(notice).by is way
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked == ["--app-name=ExitZero", "--urgency=critical", "--", "-t 5", "a &lt; b"]
