"""Where things lie: the folder named, else the variable, else the system's place; private, and nothing elsewhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from exitzero.core.errors import OutsideTrouble
from exitzero.desktop import paths


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_named_folder_wins_over_the_variable_and_that_over_the_usual_place(
    tmp_path: Path, private_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order in which a data folder is chosen."""
    monkeypatch.setenv(paths.VARIABLE, str(tmp_path / "variable"))
    assert paths.data_dir(str(tmp_path / "named")) == tmp_path / "named"
    assert paths.data_dir() == tmp_path / "variable"
    monkeypatch.delenv(paths.VARIABLE)
    usual = paths.data_dir()
    assert usual.is_relative_to(private_home)
    assert usual.name == "exitzero"
    assert paths.is_default(usual)
    assert not paths.is_default(tmp_path / "named")


def test_folders_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    """A new data folder and what is in it has mode 0700, whatever the umask."""
    before = os.umask(0)
    try:
        folder = paths.data_dir(str(tmp_path / "new" / "data"))
        assert mode(folder) == 0o700
        assert mode(paths.backups_dir(folder)) == 0o700
        assert mode(paths.logs_dir(folder)) == 0o700
        assert mode(paths.runtime_dir(folder)) == 0o700
    finally:
        os.umask(before)


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    """``--data-dir ~`` must not take a home away from others whom its owner lets in."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    assert paths.data_dir(str(shared)) == shared
    assert mode(shared) == 0o755


def test_a_relative_folder_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later change of the working directory must not move the data."""
    monkeypatch.chdir(tmp_path)
    assert paths.data_dir("here") == tmp_path / "here"


def test_a_file_in_the_way_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A folder that cannot be made is trouble outside, with advice."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideTrouble, match="cannot be used") as caught:
        paths.data_dir(str(tmp_path / "file"))
    assert "--data-dir" in caught.value.advice


def test_a_socket_path_fits_however_deep_the_data_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unix sockets take about 100 bytes; each data folder has its own, with and without a session's folder."""
    deep = tmp_path / ("d" * 100)
    session = paths.runtime_dir(deep)
    assert session.is_relative_to(os.environ["XDG_RUNTIME_DIR"])
    assert session != paths.runtime_dir(tmp_path)
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    place = paths.runtime_dir(deep)
    try:
        assert len(os.fsencode(place / "window.sock")) < 100
        assert mode(place) == 0o700
        place.chmod(0o755)
        with pytest.raises(OutsideTrouble, match="this account alone"):
            paths.runtime_dir(deep)
        place.rmdir()
        place.symlink_to(tmp_path)
        with pytest.raises(OutsideTrouble, match="this account alone"):
            paths.runtime_dir(deep)
        place.unlink()
        place.mkdir(0o700)
    finally:
        place.rmdir()


def test_one_folder_has_one_digest_however_it_is_written(tmp_path: Path) -> None:
    """A link to the data is the data: same keyring entry, same socket."""
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "data")
    assert paths.digest(tmp_path / "link") == paths.digest(tmp_path / "data" / ".." / "data")
    assert paths.digest(tmp_path / "data") != paths.digest(tmp_path)


def test_resources_are_found_in_a_frozen_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frozen build unpacks them elsewhere; what was not shipped is a fault with the places looked at."""
    (tmp_path / "resources" / "icons").mkdir(parents=True)
    (tmp_path / "resources" / "icons" / "only-here.svg").write_text("<svg/>")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resource("icons/only-here.svg") == tmp_path / "resources" / "icons" / "only-here.svg"
    with pytest.raises(FileNotFoundError, match="never-shipped"):
        paths.resource("never-shipped")


def test_a_given_folder_costs_no_import(tmp_path: Path) -> None:
    """A command that was told its folder starts without platformdirs, keyring, jeepney and Qt."""
    script = (
        "import sys; from exitzero.desktop import paths, clock, vault, notifications, autostart, logs, sound, browser\n"
        "paths.data_dir(sys.argv[1]); clock.SystemClock().zone()\n"
        "print([m for m in ('platformdirs', 'keyring', 'jeepney', 'plyer', 'tzlocal', 'PySide6') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"TZ": "Europe/Berlin"},
    )
    assert run.stdout.strip() == "[]"
