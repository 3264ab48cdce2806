"""Libraries for mail, calendars, sign-in and pictures cost memory and time, so each waits until something needs it.

Each look is taken in a process of its own: in this one, some other test has imported them all.
"""

import json
import os
import sqlite3
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from exitzero.core.codec import to_plain
from tests.ui import samples

ROOT = Path(__file__).parents[2]
BY_NEED = ("imapclient", "icalendar", "dateutil", "authlib", "PIL", "dhash", "xml.etree")
"""What no start needs, whatever is connected later; ``dateutil`` came to us for its ``rrule``."""

AFTER_THE_FIRST_PAINT = (*BY_NEED, "sqlmodel", "sqlalchemy", "httpx2", "apscheduler", "keyring", "csv", "email")
"""What the first screen does without: the engine brings these, in a thread, when the window stands."""

WINDOW = """
import os, sys
from exitzero.app import main

def build(folder, **parts):
    # Called in the loading thread once the window was painted.
    print([name for name in {names!r} if name in sys.modules], flush=True)
    os._exit(0)

main([], build=build)
"""

ENGINE = """
import sys
from pathlib import Path
from exitzero.build import build_engine
from exitzero.desktop.vault import MemoryVault

engine = build_engine(Path(sys.argv[1]), mode={mode!r}, vault=MemoryVault())
{then}
engine.close()
print([name for name in {names!r} if name in sys.modules])
"""

QUESTIONS = """
from exitzero.core.contract import Terms, usual_clause
from exitzero.core.words import ClauseKind

kinds = ClauseKind.LEETCODE, ClauseKind.OUTREACH, ClauseKind.MOCKS
clauses = tuple(usual_clause(kind, "ada" if kind is ClauseKind.LEETCODE else "") for kind in kinds)
engine.do(lambda actions: actions.adopt(Terms(clauses=clauses, zone="Asia/Kolkata"))).result()
assert len(engine.ask(lambda questions: questions.today()).result().clauses) == 3
engine.ask(lambda questions: (questions.outreach.board(), questions.outreach.today())).result()
engine.ask(lambda questions: (questions.mocks.agenda(), questions.mocks.today(), questions.mocks.feeds())).result()
engine.lockdown.page()
"""


def _found(script: str, data: Path) -> str:
    """What a fresh process that runs the script has imported of what it looks for."""
    run = subprocess.run(
        [sys.executable, "-c", script, str(data)],
        cwd=ROOT, env={**os.environ, "EXITZERO_DATA_DIR": str(data)},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert run.stdout, run.stderr
    return run.stdout.strip()


def _snapshot(data: Path, body: str) -> None:
    """A data folder as the last run left it, as far as the first screen looks."""
    data.mkdir()
    connection = sqlite3.connect(data / "exitzero.db")
    connection.execute("CREATE TABLE snapshot (id INTEGER PRIMARY KEY, written_at TEXT, body TEXT)")
    connection.execute("CREATE TABLE preference (name TEXT PRIMARY KEY, value TEXT)")
    connection.execute("INSERT INTO snapshot VALUES (1, '', ?)", (body,))
    connection.commit()
    connection.close()


@pytest.mark.parametrize("name", AFTER_THE_FIRST_PAINT)
def test_what_is_looked_for_exists(name: str) -> None:
    """A library that was renamed would never be found in any process, and the looks below would see nothing."""
    assert find_spec(name) is not None


@pytest.mark.parametrize("day", ["first run", "at_risk", "three", "no_mock", "rest"])
def test_the_first_screen_waits_for_none_of_them(tmp_path: Path, day: str) -> None:
    """The window is painted, on the first day and with every kind of card, before anything heavy is imported."""
    data = tmp_path / "data"
    if day in samples.STATES:
        _snapshot(data, json.dumps(to_plain(samples.STATES[day])))
    assert _found(WINDOW.format(names=AFTER_THE_FIRST_PAINT), data) == "[]"


@pytest.mark.parametrize("mode", ["command", "headless"])
def test_an_engine_with_nothing_connected_needs_none_of_them(tmp_path: Path, mode: str) -> None:
    """No mailbox, no calendar, no picture: nothing that reads one takes room."""
    assert _found(ENGINE.format(names=BY_NEED, mode=mode, then=""), tmp_path) == "[]"


def test_showing_the_day_needs_none_of_them(tmp_path: Path) -> None:
    """A contract of all three clauses, and what the cockpit, the board, the agenda and the lockdown ask for."""
    assert _found(ENGINE.format(names=BY_NEED, mode="command", then=QUESTIONS), tmp_path) == "[]"


def test_the_look_sees_what_comes_too_early(tmp_path: Path) -> None:
    """The same window with one import put before it is found out, so an empty answer above means something."""
    script = "import dateutil.rrule\n" + WINDOW.format(names=AFTER_THE_FIRST_PAINT)
    assert _found(script, tmp_path / "data") == "['dateutil']"
