"""Everything the person has, readable without ExitZero, and no secret in it."""

import csv
import json
import os
import stat
import zipfile
import zlib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel

from exitzero.core import facts
from exitzero.store import export, tables
from exitzero.store.database import Database, Unit
from exitzero.store.trouble import StoreTrouble
from tests.store.ground import LABEL, NOW, behind, coins, day, fill, terms, without_guards

FORGOTTEN = {str(table.__tablename__) for table in tables.FORGOTTEN}
ANSWER = b'{"data": "\xe2\x9c\x93 and \xff"}'


@pytest.fixture
def lived(database: Database) -> Database:
    """A little of everything."""

    def work(unit: Unit) -> None:
        unit.record(facts.ContractAdopted(1, LABEL, terms()))
        unit.record(facts.DayOpened(LABEL, day(), 1))
        unit.record(facts.CoinsMoved("a", -3, "=HYPERLINK(evil)", LABEL))
        unit.record(facts.CoinsMoved("b", 5, '+1 "quoted", with\nlines', None))
        unit.session.add(
            tables.EvidenceRow(
                digest="d1",
                body=zlib.compress(ANSWER),
                size=len(ANSWER),
                content_type="application/json",
                status=200,
                origin="https://leetcode.com",
                official=True,
                parser="p1",
                asked_at=NOW,
            )
        )
        unit.session.add(tables.PreferenceRow(name="@scale", value="1"))

    database.write(work).result()
    return database


def document(database: Database, target: Path) -> dict[str, Any]:
    """What an export to JSON holds."""
    database.read(lambda session: export.to_json(session, target, NOW)).result()
    found: dict[str, Any] = json.loads(target.read_bytes())
    return found


def sheets(target: Path) -> dict[str, list[list[str]]]:
    """What an export to CSV holds, as any program reads it."""
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        return {
            name: list(csv.reader(StringIO(archive.read(name).decode(), newline=""))) for name in archive.namelist()
        }


def test_the_document_holds_every_table_whole(lived: Database, tmp_path: Path) -> None:
    """The journal with its hashes, the raw answers as text, and every row that is not forgotten without loss."""
    found = document(lived, tmp_path / "all.json")
    assert list(found) == ["format", "version", "exported_at", "journal", "evidence", "tables"]
    assert (found["format"], found["version"], found["exported_at"]) == ("exitzero", 1, "2026-03-04T12:00:00Z")
    every = {str(table) for table in SQLModel.metadata.tables}
    assert {"journal", "evidence"} | FORGOTTEN | set(found["tables"]) == every
    with behind(lived.path) as file:
        for name in found["tables"]:
            assert len(found["tables"][name]) == file.execute(f"SELECT count(*) FROM {name}").fetchone()[0], name
        hashes = [row[0] for row in file.execute("SELECT hash FROM journal ORDER BY seq")]
    assert [entry["hash"] for entry in found["journal"]] == hashes
    payload = {"key": "a", "amount": -3, "reason": "=HYPERLINK(evil)", "label": "2026-03-04"}
    assert found["journal"][2]["payload"] == payload
    assert found["evidence"][0]["body"] == '{"data": "✓ and \ufffd"}'
    assert found["tables"]["coin"][0]["at"] == "2026-03-04T12:00:00Z"


def test_the_sheets_are_plain_csv_and_no_cell_is_a_formula(lived: Database, tmp_path: Path) -> None:
    """A table a sheet, with a header; text that a spreadsheet would run is text, and a number stays a number."""
    target = tmp_path / "all.zip"
    lived.read(lambda session: export.to_csv(session, target)).result()
    found = sheets(target)
    assert set(found) == {
        f"{table}.csv" for table in SQLModel.metadata.tables if str(table) not in {"evidence"} | FORGOTTEN
    }
    header, *coin = found["coin.csv"]
    amount, reason = header.index("amount"), header.index("reason")
    assert [(row[amount], row[reason]) for row in coin] == [
        ("-3", "'=HYPERLINK(evil)"),
        ("5", '\'+1 "quoted", with\nlines'),
    ]
    assert found["preference.csv"][1] == ["'@scale", "1"]
    assert len(found["journal.csv"]) == 5


def test_what_somebody_edited_is_exported_as_it_is(lived: Database, tmp_path: Path) -> None:
    """An export is most wanted when something is wrong."""
    with behind(lived.path) as file:
        without_guards(file)
        file.execute("UPDATE journal SET payload = 'not JSON' WHERE seq = 2")
        file.execute("UPDATE evidence SET body = x'00'")
    found = document(lived, tmp_path / "all.json")
    assert found["journal"][1]["payload"] == "not JSON"
    assert found["evidence"][0]["body"] is None


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_place_that_cannot_be_written_to_is_told(lived: Database, tmp_path: Path, kind: str) -> None:
    """No such folder, a folder in its place, a file in the folder's place: a sentence with the file's name."""
    (tmp_path / "taken.json").mkdir()
    (tmp_path / "file").touch()
    for target in (tmp_path / "none" / "x.json", tmp_path / "taken.json", tmp_path / "file" / "x.json"):

        def write(session: Any, target: Path = target) -> None:
            export.to_json(session, target, NOW) if kind == "json" else export.to_csv(session, target)

        with pytest.raises(StoreTrouble, match=rf"^{target.name} cannot be written: .+\. Choose another place\.$"):
            lived.read(write).result()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["data", "file", "taken.json"]


def test_an_export_that_fails_costs_no_export_made_before(
    lived: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the old one's place only when it is whole."""
    target = tmp_path / "all.json"
    target.write_text("the one before")

    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(StoreTrouble, match="disk is full"):
            document(lived, target)
    assert target.read_text() == "the one before"
    assert [each.name for each in tmp_path.iterdir() if each.name != "data"] == ["all.json"]
    assert document(lived, target)["format"] == "exitzero"


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_an_export_is_for_its_owner(lived: Database, tmp_path: Path) -> None:
    """It holds everything; and a link's target is written, not the link replaced."""
    (tmp_path / "real").mkdir()
    link = tmp_path / "all.json"
    link.symlink_to(tmp_path / "real" / "mine.json")
    document(lived, link)
    assert link.is_symlink()
    assert stat.S_IMODE((tmp_path / "real" / "mine.json").stat().st_mode) == 0o600


def test_much_is_exported_in_pieces(database: Database, tmp_path: Path) -> None:
    """More rows than are fetched at once."""

    def many(unit: Unit) -> None:
        for number in range(2500):
            unit.record(coins(number))

    database.write(many).result()
    fill(database, 1, first=9000)
    found = document(database, tmp_path / "all.json")
    assert [entry["seq"] for entry in found["journal"]] == list(range(1, 2502))
