"""The wheel is what pip and pipx install, so it is built for real, and what travels in it is used from there."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from exitzero.lockdown.install import PYTHON
from exitzero.lockdown.places import Places

ROOT = Path(__file__).parents[2]
PARTS = ("pyproject.toml", "README.md", "LICENSE", "exitzero", "resources")

pytestmark = pytest.mark.skipif(
    not all((ROOT / part).exists() for part in PARTS), reason="a part of the wheel is not written yet"
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that pip would install into, with our package in it and no other."""
    pytest.importorskip("hatchling", reason="the build tools are in requirements-dev.lock")
    folder = tmp_path_factory.mktemp("wheel")
    source, target = folder / "source", folder / "installed"
    source.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, source)
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=source, check=True, capture_output=True, timeout=60)
    (wheel,) = folder.glob("exitzero-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def _run(script: str, *arguments: str, at: Path, installed: Path) -> str:
    # -P and a bare environment keep the checkout out of the way.
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, *arguments],
        cwd=at, env={"PYTHONPATH": str(installed)}, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return done.stdout


def test_an_installed_wheel_finds_its_resources(tmp_path: Path, installed: Path) -> None:
    """Outside the checkout, `resource()` gives the file that travelled inside the package."""
    shipped = {p.relative_to(ROOT / "resources") for p in (ROOT / "resources").rglob("*") if p.is_file()}
    assert shipped
    script = "import sys, exitzero.desktop.paths as p; [print(p.resource(n)) for n in sys.argv[1:]]"
    lines = _run(script, *(path.as_posix() for path in shipped), at=tmp_path, installed=installed).splitlines()
    assert {Path(line) for line in lines} == {installed / "exitzero" / "_resources" / path for path in shipped}


def test_an_installed_wheel_makes_its_database(tmp_path: Path, installed: Path) -> None:
    """The migrations are found as files, and all of them."""
    script = (
        "import sys, pathlib, exitzero.store.migrate as m, exitzero.store.opening as o\n"
        "file = pathlib.Path(sys.argv[1]); m.migrate(file); print(o.check_file(file, whole=True) == o.SCHEMA)"
    )
    assert _run(script, str(tmp_path / "exitzero.db"), at=tmp_path, installed=installed).strip() == "True"


@pytest.mark.skipif(not os.path.exists(PYTHON), reason=f"{PYTHON} is not there")
def test_an_installed_wheel_has_all_of_the_lockdown_helper(tmp_path: Path, installed: Path) -> None:
    """Root's copy is made from the package as it lies there, and starts with the system's isolated Python alone."""
    script = (
        "import sys, pathlib, exitzero.lockdown.install as i, exitzero.lockdown.places as p\n"
        "places = p.Places(pathlib.Path(sys.argv[1])); i.copy_code(places); print(i.look(places).current)"
    )
    assert _run(script, str(tmp_path), at=tmp_path, installed=installed).strip() == "True"
    places = Places(tmp_path)
    for start in (places.launcher, places.admin, installed / "exitzero" / "_resources" / "lockdown" / "admin.py"):
        done = subprocess.run(
            [PYTHON, "-I", str(start), "--help"], capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("usage: exitzero-lockdown-")
