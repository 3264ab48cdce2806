"""The file is private, recognised as ours, whole, and of a version that this program reads; else it is left alone."""

import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from exitzero.store.database import Database
from exitzero.store.migrate import migrate, needs_migration
from exitzero.store.opening import SCHEMA, check_file, connect, keep_aside, parts_of, read_only_uri
from exitzero.store.trouble import DamagedDatabase, NewerDatabase, StoreTrouble, translated
from tests.store.ground import NOW, behind, fill, overwrite

posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")


def mode(path: Path) -> int:
    """Who may do what."""
    return stat.S_IMODE(path.stat().st_mode)


class TestPrivacy:
    pytestmark = posix

    def test_a_new_file_and_its_folder_are_for_this_user_only(self, tmp_path: Path) -> None:
        """0600 and 0700 whatever the mask says, also for what SQLite keeps beside the file."""
        before = os.umask(0)
        try:
            path = tmp_path / "new" / "exitzero.db"
            migrate(path)
            connection = connect(path)
            connection.execute("CREATE TABLE probe (x)")
            modes = {part.name: mode(part) for part in parts_of(path)}
            connection.close()
        finally:
            os.umask(before)
        assert modes == dict.fromkeys(("exitzero.db", "exitzero.db-wal", "exitzero.db-shm"), 0o600)
        assert mode(path.parent) == 0o700

    def test_a_file_that_others_could_read_is_taken_back(self, path: Path, opened: Callable[[], Database]) -> None:
        """A file that was copied here loosely; what lies beside it follows."""
        path.chmod(0o664)
        fill(opened(), 1)
        assert {mode(part) for part in parts_of(path) if part.exists()} == {0o600}


class TestRecognition:
    def test_a_new_or_empty_place_is_no_trouble(self, tmp_path: Path) -> None:
        """Nothing there yet is not damage."""
        assert check_file(tmp_path / "none.db", whole=True) is None
        (tmp_path / "empty.db").touch()
        assert check_file(tmp_path / "empty.db", whole=True) is None
        sqlite3.connect(tmp_path / "void.db").execute("PRAGMA user_version = 1").connection.close()
        assert check_file(tmp_path / "void.db", whole=True) is None
        assert needs_migration(tmp_path / "none.db")

    def test_our_own_file_is_recognised(self, path: Path) -> None:
        """And needs nothing."""
        assert check_file(path, whole=True) == SCHEMA
        assert not needs_migration(path)

    def test_another_program_s_database_is_not_touched(self, tmp_path: Path) -> None:
        """Its bytes stay as they were."""
        path = tmp_path / "exitzero.db"
        with behind(path) as file:
            file.execute("CREATE TABLE bookmarks (url)")
        before = path.read_bytes()
        with pytest.raises(DamagedDatabase, match="belongs to another program") as caught:
            check_file(path, whole=False)
        assert caught.value.reason == "foreign"
        assert path.read_bytes() == before

    @pytest.mark.parametrize("content", [b"Dear diary,\n" * 900, b"\0" * 5000, b"SQLite format 3\0" + b"\xff" * 5000])
    def test_garbage_is_not_touched(self, tmp_path: Path, content: bytes) -> None:
        """A file that is no database at all is found out before anything is written."""
        path = tmp_path / "exitzero.db"
        path.write_bytes(content)
        with pytest.raises(DamagedDatabase):
            check_file(path, whole=False)
        assert path.read_bytes() == content

    def test_pages_that_were_overwritten_are_found(self, path: Path, opened: Callable[[], Database]) -> None:
        """A look at the whole finds them; the quick look leaves it to the page that is read."""
        database = opened()
        fill(database, 60)
        database.close()
        # The last pages hold rows and indexes, so that the header and the schema stay readable.
        overwrite(path, start=path.stat().st_size - 5 * 4096, count=3 * 4096)
        assert check_file(path, whole=False) == SCHEMA
        with pytest.raises(DamagedDatabase, match=r"damaged.*restore") as caught:
            check_file(path, whole=True)
        assert caught.value.reason == "damaged"

    def test_a_file_cut_in_half_is_found(self, path: Path, opened: Callable[[], Database]) -> None:
        """Half a copy is no database."""
        database = opened()
        fill(database, 60)
        database.close()
        os.truncate(path, path.stat().st_size // 2)
        with pytest.raises(DamagedDatabase):
            check_file(path, whole=True)

    def test_a_newer_file_is_refused_politely(self, path: Path) -> None:
        """It is not damage: nothing is offered that would lose data, and nothing is written."""
        with behind(path) as file:
            file.execute("UPDATE alembic_version SET version_num = '9999'")
        before = path.read_bytes()
        with pytest.raises(NewerDatabase, match=r"newer ExitZero.*update this one; nothing was changed") as caught:
            check_file(path, whole=True)
        assert not isinstance(caught.value, DamagedDatabase)
        assert path.read_bytes() == before

    def test_our_mark_without_a_version_is_a_file_we_did_not_finish(self, path: Path) -> None:
        """A first start that was cut off between two steps begins again."""
        with behind(path) as file:
            file.execute("DELETE FROM alembic_version")
        assert check_file(path, whole=False) is None

    def test_our_mark_without_our_tables_is_told(self, path: Path) -> None:
        """No guess about what a file is that lost its version table."""
        with behind(path) as file:
            file.execute("DROP TABLE alembic_version")
        with pytest.raises(StoreTrouble):
            check_file(path, whole=False)

    def test_a_folder_in_the_file_s_place_is_told(self, tmp_path: Path) -> None:
        """In a sentence, for looking and for writing."""
        with pytest.raises(StoreTrouble, match="cannot be opened"):
            check_file(tmp_path, whole=True)
        with pytest.raises(StoreTrouble, match="cannot be written to"):
            connect(tmp_path)

    def test_a_question_mark_in_the_path_stays_part_of_it(self, tmp_path: Path) -> None:
        """SQLite takes addresses; a path is not one until it is quoted."""
        path = tmp_path / "50% of #1? yes" / "exitzero.db"
        migrate(path)
        sqlite3.connect(read_only_uri(path), uri=True).execute("SELECT * FROM journal").connection.close()
        assert [each.name for each in tmp_path.iterdir()] == ["50% of #1? yes"]


class TestKeepingAside:
    def test_the_file_goes_with_what_lies_beside_it(self, path: Path) -> None:
        """The write-ahead log holds the newest facts."""
        for part in parts_of(path)[1:]:
            part.write_bytes(part.name.encode())
        aside = keep_aside(path, NOW)
        assert aside.name == "exitzero-kept-20260304-120000.db"
        assert check_file(path, whole=False) is None
        assert [part.read_bytes() for part in parts_of(aside)[1:]] == [b"exitzero.db-wal", b"exitzero.db-shm"]
        assert not any(part.exists() for part in parts_of(path))

    def test_nothing_that_was_kept_is_written_over(self, tmp_path: Path) -> None:
        """Two damaged files in one second are two files."""
        path = tmp_path / "exitzero.db"
        kept = []
        for number in range(3):
            path.write_text(f"{number}")
            kept.append(keep_aside(path, NOW))
        assert [each.read_text() for each in kept] == ["0", "1", "2"]

    def test_a_folder_that_does_not_let_go_is_told(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Root may do everything, so the refusal is the disk's own word for a read-only mount."""

        def refuse(_self: Path, _target: Path) -> None:
            raise OSError(30, "Read-only file system")

        monkeypatch.setattr(Path, "rename", refuse)
        with pytest.raises(StoreTrouble, match=r"cannot be kept aside.*Read-only file system"):
            keep_aside(path, NOW)
        assert path.exists()


def test_only_what_the_world_did_is_called_trouble() -> None:
    """A fault of ours crashes; an error of another kind is nobody's trouble here."""
    assert translated(ValueError("x")) is None
    assert translated(OSError(2, "No such file")) is None
    wrong = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError) as caught:
        wrong.execute("SELECT nonsense")
    wrong.close()
    assert translated(caught.value) is None
