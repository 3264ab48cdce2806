"""The wheel is what pip and pipx install, so it is built for real, and its resources are found in it."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("pyproject.toml", "README.md", "LICENSE", "exitzero", "resources")

pytestmark = pytest.mark.skipif(
    not all((ROOT / part).exists() for part in PARTS), reason="a part of the wheel is not written yet"
)


def test_an_installed_wheel_finds_its_resources(tmp_path: Path) -> None:
    """Outside the checkout, `resource()` gives the file that travelled inside the package."""
    pytest.importorskip("hatchling", reason="the build tools are in requirements-dev.lock")
    source, installed = tmp_path / "source", tmp_path / "installed"
    source.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, source)
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=source, check=True, capture_output=True, timeout=60)
    (wheel,) = tmp_path.glob("exitzero-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)

    shipped = {p.relative_to(ROOT / "resources") for p in (ROOT / "resources").rglob("*") if p.is_file()}
    assert shipped
    script = "import sys, exitzero.desktop.paths as p; [print(p.resource(n)) for n in sys.argv[1:]]"
    # -P and a bare environment keep the checkout out of the way.
    run = subprocess.run(
        [sys.executable, "-P", "-c", script, *(path.as_posix() for path in shipped)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = {Path(line) for line in run.stdout.splitlines()}
    assert found == {installed / "exitzero" / "_resources" / path for path in shipped}
