"""What the tree promises beyond its layers: pure ground, one clock, honest names, files that can be read."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGE, ROOT, files, imports, name, tree

LONGEST_WITHOUT_A_REASON = 400
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
HEAVY = (
    "PySide6",
    "alembic",
    "apscheduler",
    "httpx2",
    "keyring",
    "pydantic",
    "sqlalchemy",
    "sqlmodel",
    "typer",
)


def _ground() -> list[Path]:
    return files(PACKAGE / "core") + files(PACKAGE / "lockdown")


def _owned(path: Path) -> str:
    """What of ours a file on the ground may import."""
    return "exitzero.core" if path.is_relative_to(PACKAGE / "core") else "exitzero.lockdown"


@pytest.mark.parametrize("path", _ground(), ids=name)
def test_the_ground_knows_the_standard_library_only(path: Path) -> None:
    """The rules and the hosts helper start and can be read without anything installed."""
    foreign = [
        imported
        for imported in imports(tree(path))
        if imported.split(".")[0] not in sys.stdlib_module_names
        and imported != "exitzero"
        and f"{imported}.".removeprefix(f"{_owned(path)}.") == f"{imported}."
    ]
    assert not foreign


def test_the_quick_status_loads_nothing_heavy() -> None:
    """`exitzero status` stands in a prompt, where a third of a second for imports is too much."""
    script = f"import sys, exitzero.status; print([m for m in {HEAVY!r} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("statement", "call"),
    [
        ("from datetime import UTC, datetime", "datetime.now(UTC)"),
        ("import datetime as d", "d.datetime.now(d.UTC)"),
        ("import datetime as d", "d.date.today()"),
        ("import time", "time.time()"),
        ("from time import monotonic", "monotonic()"),
        ("import time as t", "t.sleep(1)"),
    ],
)
def test_reading_the_clock_is_refused(statement: str, call: str) -> None:
    """One file reads the time; the same line anywhere else does not pass ruff, and in that file it does."""

    def rules(path: str) -> str:
        source = f"{statement}\n\n\ndef planted() -> object:\n    return {call}\n"
        run = subprocess.run(
            [sys.executable, "-m", "ruff", "check", "--select=TID251", "--stdin-filename", path, "-"],
            cwd=ROOT, input=source, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        return run.stdout

    assert "TID251" in rules("exitzero/engine/pulse.py")
    assert "TID251" not in rules("exitzero/desktop/clock.py")


def test_no_line_of_the_program_is_excused_from_the_clock_rule() -> None:
    """A noqa would be a second clock."""
    excused = [name(path) for path in files(PACKAGE) if "noqa: TID251" in path.read_text(encoding="utf-8")]
    assert not excused


@pytest.mark.parametrize("path", files(ROOT / "tests"), ids=name)
def test_tests_wait_for_states_not_for_time(path: Path) -> None:
    """A test that sleeps is slow on a quiet machine and wrong on a busy one."""
    sleeps = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"time.sleep", "sleep", "QTest.qSleep", "QTest.qWait"}
    ]
    assert not sleeps, f"lines {sleeps}"


@pytest.mark.parametrize("path", files(PACKAGE) + files(ROOT / "tests"), ids=name)
def test_a_name_says_what_is_inside(path: Path) -> None:
    """A drawer called utils fills with everything that nobody wanted to place."""
    parts = {part.strip("_") for part in path.relative_to(ROOT).with_suffix("").parts}
    assert not parts & SAYS_NOTHING


@pytest.mark.parametrize("path", files(PACKAGE), ids=name)
def test_a_module_says_why_it_exists_and_why_it_is_long(path: Path) -> None:
    """Each module begins with its reason; one past 400 lines also says why it was not split."""
    text = path.read_text(encoding="utf-8")
    reason = ast.get_docstring(tree(path)) or ""
    assert reason, "no docstring"
    if len(text.splitlines()) > LONGEST_WITHOUT_A_REASON:
        told = re.search(r"\b(long|lines)\b", reason, re.IGNORECASE)
        assert told, "longer than 400 lines, and its docstring does not say why"
