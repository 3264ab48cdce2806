"""Starting at log-in: one entry of ours in the person's own configuration, exact, and gone when it is turned off."""

import os
import plistlib
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exitzero.core.errors import OutsideTrouble
from exitzero.desktop import autostart
from exitzero.desktop.autostart import LaunchAgent, XdgAutostart

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="autostart entries are XDG's on Linux")

HOSTILE = ["a b", "100%", "%u", '"quoted"', "back\\slash", "$HOME", "`id`", "semi;colon", "üñ✓", "", "'"]


def test_on_and_off_leave_nothing_behind(private_home: Path) -> None:
    """Enabled twice is enabled once; disabled twice is no error; no other file appears."""
    assert autostart.is_enabled() is False
    autostart.enable(["/opt/exitzero/exitzero", "--tray"])
    autostart.enable(["/opt/exitzero/exitzero", "--tray"])
    assert autostart.is_enabled() is True
    folder = private_home / ".config" / "autostart"
    assert [file.name for file in folder.iterdir()] == ["exitzero.desktop"]
    autostart.disable()
    autostart.disable()
    assert autostart.is_enabled() is False
    assert list(folder.iterdir()) == []


@pytest.mark.system
@pytest.mark.skipif(shutil.which("gio") is None, reason="gio is not installed (Debian: libglib2.0-bin)")
def test_a_desktop_starts_exactly_the_command(private_home: Path, tmp_path: Path) -> None:
    """Spaces, quotes, per cents and dollars in a path reach the program as they are."""
    told = private_home / "told"
    os.mkfifo(told)
    program = tmp_path / "my $HOME program"  # GLib itself does not find a program with a per cent in its name.
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{told}"\n')
    program.chmod(0o755)
    autostart.enable([str(program), *HOSTILE])
    pipe = os.open(told, os.O_RDWR | os.O_NONBLOCK)
    try:
        subprocess.run(["gio", "launch", str(XdgAutostart().file)], check=True, timeout=20)
        assert select.select([pipe], [], [], 20)[0], "the program was not started"
        answer = os.read(pipe, 4096).decode()
    finally:
        os.close(pipe)
    assert answer.split("\n")[:-1] == HOSTILE


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled = false"])
def test_an_entry_that_the_desktop_switched_off_is_off(private_home: Path, line: str) -> None:
    """Session settings leave the file and add a line."""
    autostart.enable(["/opt/exitzero"])
    file = XdgAutostart().file
    file.write_text(file.read_text().replace("X-GNOME-Autostart-enabled=true", line))
    assert autostart.is_enabled() is False
    autostart.enable(["/opt/exitzero"])
    assert autostart.is_enabled() is True


def test_what_cannot_be_written_is_said_in_a_sentence(private_home: Path) -> None:
    """A file where the folder should be: trouble outside, and nothing half done."""
    (private_home / ".config").mkdir()
    (private_home / ".config" / "autostart").write_text("")
    with pytest.raises(OutsideTrouble, match="could not be changed"):
        autostart.enable(["/opt/exitzero"])
    assert autostart.is_enabled() is False
    with pytest.raises(OutsideTrouble, match="line break"):
        autostart.enable(["/opt/exit\nzero"])


def test_a_launch_agent_holds_the_command(private_home: Path) -> None:
    """The file for macOS can be read back as a property list; that a Mac starts it is untried."""
    agent = LaunchAgent()
    agent.enable(["/Applications/ExitZero.app/x y", "--tray"])
    assert agent.file.is_relative_to(private_home)
    assert plistlib.loads(agent.file.read_bytes())["ProgramArguments"] == [
        "/Applications/ExitZero.app/x y",
        "--tray",
    ]
    assert agent.is_enabled() is True
    agent.disable()
    assert agent.is_enabled() is False
