"""Installed it is root's alone, and removed it leaves nothing behind."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from exitzero.lockdown import install
from exitzero.lockdown.daemon import changeable
from exitzero.lockdown.hosts import Block
from exitzero.lockdown.install import CannotInstall, Installed
from exitzero.lockdown.places import Places
from exitzero.lockdown.sweeper import Alive
from tests.lockdown.rig import HOSTS, OWNER, rig, why_not
from tests.lockdown.shapes import MARK, UNTIL

linux = pytest.mark.skipif(sys.platform != "linux", reason="the paths are Linux's")
rooted = pytest.mark.skipif(why_not() is not None, reason=why_not() or "")


class System:
    """Takes the commands that systemd would be given."""

    def __init__(self, *, failing: str = "") -> None:
        self.commands: list[str] = []
        self.failing = failing

    def __call__(self, command: Sequence[str]) -> int:
        self.commands.append(" ".join(command))
        return int(bool(self.failing) and self.failing in self.commands[-1])


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """The installation sets it for its own process."""
    old = os.umask(0o022)
    yield
    os.umask(old)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A root of its own, with systemd in it."""
    for folder in ("etc/systemd/system", "run/systemd/system", "var/lib", "usr/lib", "usr/share/polkit-1/actions"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "etc" / "hosts").write_bytes(HOSTS)
    (tmp_path / "etc" / "passwd").write_text("")
    return Places(tmp_path)


def everything(places: Places) -> dict[str, bytes]:
    return {
        str(path.relative_to(places.root)): path.read_bytes() if path.is_file() else b"(folder)"
        for path in sorted(places.root.rglob("*"))
    }


@linux
def test_removed_without_a_trace_while_locked(places: Places) -> None:
    """All that the installation made is gone, and the hosts file is what it was, even in the middle of a lock."""
    before = everything(places)
    system = System()
    assert install.install(OWNER, places=places, run=system) == ()
    assert install.look(places) == Installed(there=True, current=True, uid=OWNER)
    places.state.mkdir()
    (places.state / "state.json").write_text("{}")
    places.hosts.write_bytes(Block(("youtube.com",), MARK, UNTIL).into(HOSTS))
    (places.config.parent / "protected.txt").write_text("my-clinic.org\n")
    places.socket.parent.mkdir()
    install.uninstall(places=places, run=system)
    assert everything(places) == before
    assert install.look(places) == Installed(there=False, current=False, uid=None)
    assert "systemctl disable --now exitzero-lockdown-sweep.timer" in " | ".join(system.commands)


@linux
def test_installed_twice_is_installed_once(places: Places) -> None:
    """An update, or a second click."""
    install.install(OWNER, places=places, run=System())
    first = everything(places)
    install.install(OWNER, places=places, run=System())
    assert everything(places).keys() == first.keys()


@linux
def test_repair_brings_back_what_was_changed_and_keeps_whom_it_serves(places: Places) -> None:
    """A file of root's copy is damaged and a unit is gone; afterwards both are as they must be."""
    install.install(OWNER, places=places, run=System())
    (places.code / "exitzero" / "lockdown" / "keeper.py").write_text("damaged")
    (places.units / install.SERVICE).unlink()
    assert install.look(places) == Installed(there=True, current=False, uid=OWNER)
    system = System()
    install.repair(places=places, run=system)
    assert install.look(places) == Installed(there=True, current=True, uid=OWNER)
    assert (places.units / install.SERVICE).exists()
    assert any("restart" in command for command in system.commands)


@linux
def test_repair_without_an_installation_cleans_up(places: Places) -> None:
    """What a broken removal left, lines in the hosts file included."""
    before = everything(places)
    places.state.mkdir()
    places.hosts.write_bytes(Block(("youtube.com",), MARK, UNTIL).into(HOSTS))
    install.repair(places=places, run=System())
    assert everything(places) == before


@linux
def test_a_hosts_file_that_cannot_be_given_back_keeps_the_helper(places: Places) -> None:
    """Otherwise nobody would be left who could take the lines out."""
    install.install(OWNER, places=places, run=System())
    places.state.mkdir()
    places.hosts.unlink()
    places.hosts.mkdir()
    with pytest.raises(CannotInstall, match="not a regular file"):
        install.uninstall(places=places, run=System())
    assert places.launcher.exists()


@linux
def test_a_helper_that_cannot_be_stopped_keeps_its_files(places: Places) -> None:
    """It would put the block back at once, and nobody could take it out any more."""
    install.install(OWNER, places=places, run=System())
    places.state.mkdir()
    alive = Alive(str(places.state))
    assert alive.take()
    with pytest.raises(CannotInstall, match="still running"):
        install.uninstall(places=places, run=System())
    assert places.launcher.exists()
    alive.leave()
    install.uninstall(places=places, run=System())
    assert not places.launcher.exists()


@linux
def test_a_system_that_refuses_is_told(places: Places) -> None:
    """The command that failed is named; without systemd the person is told what to start."""
    with pytest.raises(CannotInstall, match="systemctl enable"):
        install.install(OWNER, places=places, run=System(failing="enable"))
    (places.root / "run/systemd/system").rmdir()
    notes = install.install(OWNER, places=places, run=System())
    assert len(notes) == 1
    assert "run.py serve" in notes[0]


def test_root_is_nobody_to_serve(places: Places) -> None:
    """The helper is there for a person's account."""
    with pytest.raises(CannotInstall, match="person"):
        install.install(0, places=places, run=System())


@linux
def test_what_runs_as_root_only_root_can_change(places: Places) -> None:
    """Every file and folder of root's copy, whatever the umask was."""
    os.umask(0)
    install.install(OWNER, places=places, run=System())
    found = [places.code, *places.code.rglob("*"), *(places.units / unit for unit in install.UNITS)]
    assert all(not path.stat().st_mode & 0o022 for path in found)
    assert all(path.stat().st_uid == os.geteuid() for path in found)
    assert stat.S_IMODE(places.admin.stat().st_mode) == 0o755


@rooted
def test_a_folder_above_that_others_own_is_found(tmp_path: Path) -> None:
    """Whoever owns a folder above can exchange what lies in it."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert changeable(inner) is None
    os.chown(tmp_path / "a", OWNER, OWNER)
    assert changeable(inner) == tmp_path / "a"


@rooted
def test_the_admin_program_works_from_a_checkout_and_from_roots_copy() -> None:
    """Started by the system's isolated Python, as pkexec does it."""
    with rig() as made:
        for command in (install.command("uninstall", places=made.places), install.command("install", uid=5)):
            start = command if command[0] == install.PYTHON else [install.PYTHON, "-I", *command]
            done = subprocess.run(
                [*start[:3], "--help"], capture_output=True, text=True, cwd="/", timeout=60, check=False
            )
            assert done.returncode == 0, done.stderr
            assert "uninstall" in done.stdout
        assert install.command("uninstall", places=made.places)[0] == str(made.places.admin)


def test_the_units_name_the_places() -> None:
    """A path that is written twice must be the same twice."""
    folder, places = install.resources(), Places()
    for unit in (install.SERVICE, install.SWEEP_SERVICE):
        text = (folder / unit).read_text()
        assert f"ExecStart={install.PYTHON} -I {places.launcher} " in text
        assert "StateDirectory=exitzero\n" in text
        # Never the file: after a rename over it a bind of it is gone, and the helper could not even release.
        assert "ReadWritePaths=/etc\n" in text
    assert f"ListenStream={places.socket}\n" in (folder / install.SOCKET).read_text()
    policy = ElementTree.parse(folder / install.POLICY).getroot()  # noqa: S314 - our own file
    assert policy.findtext("action/annotate") == str(places.admin)
    assert {each.text for each in policy.findall("action/defaults/*")} == {"auth_admin"}


@linux
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """Its own checker finds nothing to say, and calls the exposure OK."""
    if subprocess.run(["systemd-analyze", "--version"], capture_output=True, check=False).returncode:
        pytest.skip("systemd-analyze is not there")
    for name in install.UNITS:
        text = (install.resources() / name).read_text().replace(str(Places().launcher), "/usr/bin/true")
        (tmp_path / name).write_text(text)
    checked = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in install.UNITS)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = [line for line in checked.stderr.splitlines() if "exitzero" in line]
    assert not said
    for name in (install.SERVICE, install.SWEEP_SERVICE):
        rated = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(tmp_path / name)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert rated.returncode == 0, rated.stdout[-300:]
