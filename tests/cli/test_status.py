"""How today stands, fast enough for a shell prompt: from the record in the file where that still speaks for now."""

import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from exitzero.build import build_engine
from exitzero.desktop import paths
from exitzero.desktop.vault import MemoryVault
from exitzero.status import stored, words, worked_out
from exitzero.truth.leetcode_stand_in import StandIn, Submission
from tests.cli.conftest import URLS, now
from tests.cli.terminal import run
from tests.store.ground import Clock, behind, terms

SPY = (
    "import sys\n"
    "from exitzero.__main__ import main\n"
    "code = main()\n"
    "heavy = {'sqlmodel', 'sqlalchemy', 'alembic', 'typer', 'pydantic', 'PySide6', 'httpx2', 'keyring'}\n"
    "sys.stderr.write(' '.join(sorted(heavy & set(sys.modules))))\n"
    "sys.exit(code)"
)
"""Runs a command and tells what it imported."""


def edited(data: Path, statement: str) -> None:
    """Edit the record of today."""
    with behind(paths.database_file(data)) as file:
        file.execute(statement)


def test_the_quick_way_imports_nothing_heavy(morning: Path) -> None:
    """Neither the tables nor the command parser nor Qt; words and documents alike, and the code is the day's."""
    for arguments in (["status"], ["status", "--json"], ["--data-dir", str(morning), "status"]):
        done = run(arguments, data=morning, program=SPY)
        assert (done.code, done.err) == (69, ""), done
    with sqlite3.connect(paths.database_file(morning)) as file:
        assert file.execute("SELECT max(seq) FROM journal").fetchone() == (3,)
    file.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE snapshot SET body = json_set(body, '$.valid_until', '2020-01-01T00:00:00Z')",
        "UPDATE snapshot SET body = json_set(body, '$.starts', '2999-01-01T00:00:00Z')",
        "UPDATE snapshot SET body = json_remove(body, '$.sources')",
        "UPDATE snapshot SET body = '[]'",
        "UPDATE snapshot SET body = 'x'",
        "DELETE FROM snapshot",
    ],
)
def test_a_record_that_cannot_speak_for_now_is_not_believed(morning: Path, statement: str) -> None:
    """Stale, from a clock that was ahead, of another version, damaged or gone: it is worked out again."""
    path, before = paths.database_file(morning), stored(paths.database_file(morning), now())
    assert before is not None
    edited(morning, statement)
    assert stored(path, now()) is None
    again = worked_out(morning)
    assert again is not None
    for same in ("label", "standing", "exit_code", "percent", "coins"):
        assert again[same] == before[same]


def test_the_slow_way_gives_the_same_document(morning: Path) -> None:
    """As a script sees it, once from the record and once worked out."""
    quick = run(["status", "--json"], data=morning)
    edited(morning, "DELETE FROM snapshot")
    slow = run(["status", "--json"], data=morning, program=SPY)
    assert "sqlmodel" in slow.err
    assert (slow.code, json.loads(slow.out)) == (quick.code, quick.document)


def test_a_new_day_is_opened_by_asking(new: Path) -> None:
    """Yesterday's record says nothing about today, which is opened."""
    clock = Clock()
    clock.at = now() - timedelta(days=1)
    engine = build_engine(new, mode="command", clock=clock, vault=MemoryVault(), urls=URLS)
    engine.do(lambda actions: actions.adopt(terms())).result()
    engine.close()
    done = run(["status", "--json"], data=new)
    assert done.code == 69
    assert done.document["date"] in {now().date().isoformat(), (now() - timedelta(minutes=1)).date().isoformat()}


def test_an_answer_that_went_stale_is_unknown_again(new: Path) -> None:
    """At risk this morning from a good answer; hours later, unasked, nobody knows; what was proved stays proved."""
    clock = Clock()
    clock.at = (now() - timedelta(days=1)).replace(hour=8, minute=0)
    with StandIn("ada", now=clock.now) as service:
        engine = build_engine(
            new, mode="command", clock=clock, vault=MemoryVault(), urls=dict.fromkeys(URLS, service.url)
        )
        engine.do(lambda actions: actions.adopt(terms())).result()
        engine.check_now()
        path = paths.database_file(new)
        fresh = stored(path, clock.at)
        assert fresh is not None
        assert (fresh["standing"], fresh["exit_code"]) == ("AT RISK", 1)
        assert stored(path, clock.at + timedelta(hours=8)) is None
        service.add(Submission(1, clock.at - timedelta(minutes=1), "two-sum", "Two Sum"))
        clock.at += timedelta(minutes=5)
        engine.check_now()
        proved = stored(path, clock.at + timedelta(hours=8))
        assert proved is not None
        assert (proved["standing"], proved["exit_code"]) == ("SAFE", 0)
        assert stored(path, clock.at + timedelta(days=1)) is None
        engine.close()


TODAY: dict[str, Any] = {
    "label": "2026-03-04", "zone": "UTC", "standing": "AT RISK", "percent": 50, "exit_code": 1, "outcome": "",
    "overridden": "", "deadline": "2026-03-04T23:59:00Z", "sources": [{"official": True}], "streak": 3, "coins": 9,
    "clauses": [
        {"kind": "leetcode", "heading": "LeetCode", "state": "not_met", "count": 1, "target": 2, "reason": "missing",
         "words": "1 of 2 so far."},
    ],
}  # fmt: skip
"""What the words are made from."""


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "AT RISK 50 % · LeetCode 1/2 · 11:59:00 left"),
        ({"deadline": "2026-03-04T11:00:00Z"}, "AT RISK 50 % · LeetCode 1/2 · the deadline is over"),
        ({"outcome": "failed", "standing": "FAILED"}, "FAILED 50 % · LeetCode 1/2 · judged"),
        ({"outcome": "success", "overridden": "x"}, "AT RISK 50 % · LeetCode 1/2 · judged · overridden"),
        ({"clauses": [], "standing": "REST", "percent": 100}, "REST 100 % · nothing owed · 11:59:00 left"),
        (
            {"sources": [{"official": False}]},
            "AT RISK 50 % · LeetCode 1/2 · 11:59:00 left · by a stand-in, not the service itself",
        ),
        (
            {"clauses": [{**TODAY["clauses"][0], "state": "unknown", "words": "Not checked yet."}]},
            "AT RISK 50 % · LeetCode 1/2 (not checked yet) · 11:59:00 left",
        ),
    ],
)
def test_two_lines_for_a_person(changes: dict[str, Any], line: str) -> None:
    """The word, the share, each clause, the time left or why there is none, and whose word it is."""
    at = Clock().at
    assert words({**TODAY, **changes}, at) == f"{line}\n2026-03-04 exits 1"


@pytest.mark.parametrize("place", ["before", "after", "equals"])
def test_the_folder_can_be_named_anywhere(folder: Callable[[str], Path], tmp_path: Path, place: str) -> None:
    """Before the command, after it, and with a sign of equality; it goes before the variable."""
    data = str(folder("morning"))
    arguments = {
        "before": ["--data-dir", data, "status", "--json"],
        "after": ["status", "--json", "--data-dir", data],
        "equals": [f"--data-dir={data}", "status", "--json"],
    }[place]
    done = run(arguments, data=tmp_path / "elsewhere")
    assert (done.code, done.document["coins"]) == (69, 10)
    assert not (tmp_path / "elsewhere").exists()
