"""The layers are drawn in pyproject.toml; here they are checked, and it is checked that the check bites.

Rules of the architecture: imports "go downward only"; PySide6 "is imported in `ui` and `app` only"; the core
is "pure rules, standard library only".
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def _lint(tree: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT], cwd=tree, capture_output=True, text=True, check=False, timeout=60
    )


def test_imports_go_downward_only() -> None:
    """The tree keeps every contract on its imports."""
    run = _lint(ROOT)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("planted", "line", "contract"),
    [
        ("core/planted.py", "import exitzero.ui", "Imports go downward only"),
        ("core/planted.py", "import sqlmodel", "The rules know the standard library only"),
        ("engine/planted.py", "import PySide6.QtCore", "Qt is imported in ui and app only"),
        ("work/planted.py", "import exitzero.truth.planted", "Imports go downward only"),
        ("truth/planted.py", "import httpx2", "One place builds HTTP clients"),
        ("lockdown/planted.py", "import exitzero.core", "Imports go downward only"),
        ("elsewhere/planted.py", "", "Imports go downward only"),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, planted: str, line: str, contract: str) -> None:
    """A copy of the tree with one wrong import, or one package without a place, fails."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(
        ROOT / "exitzero", tmp_path / "exitzero", ignore=shutil.ignore_patterns("__pycache__", "_resources")
    )
    for package in {"ui", "truth", Path(planted).parent.name}:  # Not every one is built yet.
        (tmp_path / "exitzero" / package).mkdir(exist_ok=True)
        (tmp_path / "exitzero" / package / "__init__.py").touch()
    (tmp_path / "exitzero/truth/planted.py").touch()
    (tmp_path / "exitzero" / planted).write_text(f"{line}\n")
    run = _lint(tmp_path)
    assert run.returncode == 1, run.stdout + run.stderr
    assert contract in run.stdout.split("Broken contracts")[-1]
