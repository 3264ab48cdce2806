"""What the first screen reads without the engine."""

import json
import sqlite3
from pathlib import Path

import pytest

from exitzero.core.codec import to_plain
from exitzero.ui.stored import read_stored
from tests.ui import samples


def written(file: Path, body: str) -> Path:
    """A database as the store makes it, as far as the first screen looks."""
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE snapshot (id INTEGER PRIMARY KEY, written_at TEXT, body TEXT)")
    connection.execute("CREATE TABLE preference (name TEXT PRIMARY KEY, value TEXT)")
    connection.execute("INSERT INTO snapshot VALUES (1, '', ?)", (body,))
    connection.execute("INSERT INTO preference VALUES ('window.page', '\"ledger\"'), ('other', '1')")
    connection.commit()
    connection.close()
    return file


def test_the_snapshot_comes_back_as_it_was_stored(tmp_path: Path) -> None:
    file = written(tmp_path / "exitzero.db", json.dumps(to_plain(samples.THREE)))
    stored = read_stored(file, ["window.page"])
    assert stored.today == samples.THREE
    assert stored.preferences == {"window.page": "ledger"}


def test_no_file_is_a_first_run(tmp_path: Path) -> None:
    assert read_stored(tmp_path / "exitzero.db", []) == (False, None, {})
    assert not (tmp_path / "exitzero.db").exists(), "looking makes nothing"


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"label": 7}', "null"])
def test_a_snapshot_that_makes_no_sense_is_none(tmp_path: Path, body: str) -> None:
    assert read_stored(written(tmp_path / "exitzero.db", body), []).today is None


def test_a_damaged_file_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "exitzero.db").write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    assert read_stored(tmp_path / "exitzero.db", []) == (True, None, {})
