"""A sound is played by whatever player there is; none is never an error."""

import os
import threading
from pathlib import Path

import pytest

from exitzero.desktop import sound


def player(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def finish() -> None:
    """Wait until the players that were started have ended."""
    for thread in threading.enumerate():
        if thread.name == "exitzero-sound":
            thread.join(10)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with only the players that the test puts into this folder."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    (tmp_path / "-alarm.wav").write_bytes(b"RIFF")
    return folder


def test_the_best_player_is_used_and_not_waited_for(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gets the whole path, also of a file whose name looks like an option; the call is back before its end."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    player(machine, "paplay", f'read line < {gate}; echo "$1" > {tmp_path}/played')
    player(machine, "aplay", f"echo wrong > {tmp_path}/played")
    monkeypatch.chdir(tmp_path)
    assert sound.play(Path("-alarm.wav")) == "paplay"
    assert not (tmp_path / "played").exists()
    gate.write_text("go\n")
    finish()
    assert (tmp_path / "played").read_text().strip() == str(tmp_path / "-alarm.wav")


def test_a_player_that_fails_is_followed_by_the_next(machine: Path, tmp_path: Path) -> None:
    """pw-play is installed on many machines on which no PipeWire runs."""
    player(machine, "pw-play", "exit 1")
    player(machine, "paplay", "exit 1")
    player(machine, "aplay", f"echo played > {tmp_path}/played")
    assert sound.play(tmp_path / "-alarm.wav") == "pw-play"
    finish()
    assert (tmp_path / "played").read_text() == "played\n"


def test_a_player_that_does_not_start_is_passed_over(machine: Path, tmp_path: Path) -> None:
    """A broken program is as good as none."""
    (machine / "pw-play").write_bytes(b"\x7fELF not really")
    (machine / "pw-play").chmod(0o755)
    player(machine, "aplay", "exit 0")
    assert sound.play(tmp_path / "-alarm.wav") == "aplay"
    finish()


def test_without_a_player_or_a_file_there_is_nothing(machine: Path, tmp_path: Path) -> None:
    """The honest answer, and no error."""
    assert sound.play(tmp_path / "-alarm.wav") == "nothing"
    player(machine, "aplay", "exit 0")
    assert sound.play(tmp_path / "missing.wav") == "nothing"
