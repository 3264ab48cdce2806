"""The bundle, where one was built: ``make package``, then name its folder in EXITZERO_BUNDLE (``dist/ExitZero``).

What a checkout finds anywhere has to have been put into the bundle: files for root's copy of the helper, plug-ins that
are looked for by the names of their files, libraries that are imported late.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from exitzero import __version__
from exitzero.lockdown.install import PYTHON
from exitzero.lockdown.places import Places

ROOT = Path(__file__).parents[2]
BUNDLE = Path(os.environ.get("EXITZERO_BUNDLE") or "not-named")
INSIDE = BUNDLE / "_internal"

pytestmark = pytest.mark.skipif(
    not INSIDE.is_dir(), reason="EXITZERO_BUNDLE names no bundle; `make package` leaves one in dist/ExitZero"
)

COPY = """
import sys
sys.path.append(sys.argv[1])
from pathlib import Path
from exitzero.lockdown.install import copy_code
from exitzero.lockdown.places import Places
copy_code(Places(Path(sys.argv[2])))
"""
"""What the installation does first, by the bundle's own files and the system's Python."""


def _run(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=120)


def _program(*arguments: str) -> subprocess.CompletedProcess[str]:
    name = "exitzero.exe" if sys.platform == "win32" else "exitzero"
    return _run([str(BUNDLE / name), *arguments])


def test_it_starts_and_knows_its_version() -> None:
    """The plainest command of all."""
    done = _program("--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"exitzero {__version__}"), done.stderr


def test_the_sites_are_found() -> None:
    """The groups stand in a file that travels along."""
    done = _program("lockdown", "sites")
    assert done.returncode == 0, done.stderr
    assert "YouTube" in done.stdout


@pytest.mark.skipif(not os.path.exists(PYTHON), reason=f"{PYTHON} is not there")
def test_roots_copy_of_the_helper_is_made_from_it_and_starts(tmp_path: Path) -> None:
    """Byte for byte what the checkout has, and started by the system's isolated Python alone."""
    done = _run([PYTHON, "-I", "-c", COPY, str(INSIDE), str(tmp_path)])
    assert done.returncode == 0, done.stderr
    places = Places(tmp_path)
    for source, folder in (("exitzero/lockdown", "*.py"), ("resources/lockdown", "*.*")):
        shipped = [file for file in (ROOT / source).glob(folder) if file.is_file()]
        assert shipped
        for file in shipped:
            assert (places.code / source / file.name).read_bytes() == file.read_bytes(), file
    for start in (places.launcher, places.admin):
        done = _run([PYTHON, "-I", str(start), "--help"])
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("usage: exitzero-lockdown-")


def test_apprise_finds_its_plug_ins_by_their_files() -> None:
    """Without them every address of every channel would be one that it does not understand."""
    spec = find_spec("apprise.plugins")
    assert spec is not None
    assert spec.origin is not None
    plug_ins = {path.name for path in Path(spec.origin).parent.glob("[a-z]*.py")}
    assert {"mastodon.py", "discord.py"} <= plug_ins
    assert plug_ins <= {path.name for path in (INSIDE / "apprise" / "plugins").iterdir()}


@pytest.mark.parametrize(
    "left_out", ["pytz", "numpy", "_tcl_data", "PIL/_avif*", "PIL/_imagingft*", "pillow.libs/libavif*"]
)
def test_what_nothing_uses_stayed_out(left_out: str) -> None:
    """Each of these once came along by itself."""
    assert not list(INSIDE.glob(left_out))
