"""Bad days of the disk: a full one, a locked one, a read-only one. Each a clear sentence, and nothing lost."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from exitzero.core.facts import CoinsMoved
from exitzero.store.backup import back_up
from exitzero.store.database import Database
from exitzero.store.migrate import migrate
from exitzero.store.opening import check_file, connect
from exitzero.store.trouble import DamagedDatabase, StoreTrouble
from tests.store.ground import NOW, behind, coins, fill, length, now, overwrite, record, rows, verified


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A real disk of that size; skips where we may not mount one."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("mounting a small disk needs rights that this user does not have")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def stuffed(database: Database) -> tuple[int, StoreTrouble]:
    """Write until nothing more goes in; gives the last number that was promised to be saved, and the refusal."""
    saved = length(database)
    while True:
        fact = CoinsMoved(f"big:{saved}", 1, "x" * 20_000, None)
        try:
            saved = record(database, fact)
        except StoreTrouble as trouble:
            return saved, trouble


class TestFull:
    def test_a_file_that_may_not_grow(self, database: Database) -> None:
        """SQLite's own limit gives SQLite's own refusal: what was saved is there, and with room it goes on."""
        fill(database, 3)
        pages = database.write(lambda unit: unit.session.execute(text("PRAGMA page_count")).scalar_one()).result()
        limit = text(f"PRAGMA max_page_count = {pages + 20}")
        database.write(lambda unit: unit.session.execute(limit).scalar_one()).result()
        saved, trouble = stuffed(database)
        assert trouble.reason == "disk_full"
        assert trouble.retry_after == timedelta(seconds=30)
        assert str(trouble).startswith("The disk is full, so nothing can be saved. Free some space")
        report = verified(database)
        assert (report.is_whole, report.last_seq) == (True, saved)
        room = text(f"PRAGMA max_page_count = {pages + 4000}")
        database.write(lambda unit: unit.session.execute(room).scalar_one()).result()
        database.write(lambda unit: unit.record(coins(99))).result()
        assert length(database) == saved + 1
        assert verified(database).is_whole

    def test_a_disk_without_room(self, tmp_path: Path, template: Path) -> None:
        """A real full disk: facts and backups are refused in words, no half file is left, all goes on later."""
        with small_disk(tmp_path / "disk", "1200k") as disk:
            path = disk / "exitzero.db"
            shutil.copy(template, path)
            database = Database(path, now)
            try:
                fill(database, 3)
                ballast = disk / "ballast"
                ballast.write_bytes(b"x" * 300_000)
                saved, trouble = stuffed(database)
                assert trouble.reason == "disk_full"
                assert verified(database).last_seq == saved
                with pytest.raises(StoreTrouble, match="disk is full"):
                    back_up(path, disk / "backups", NOW, "asked")
                assert list((disk / "backups").iterdir()) == []
                ballast.unlink()
                assert database.write(lambda unit: unit.record(coins(7))).result() == saved + 1
            finally:
                database.close()
            again = Database(path, now)
            try:
                report = verified(again)
                assert (report.is_whole, report.last_seq) == (True, saved + 1)
            finally:
                again.close()

    def test_a_disk_too_small_for_a_new_file(self, tmp_path: Path) -> None:
        """The very first start on a full disk: a sentence, and a clean start when there is room."""
        with small_disk(tmp_path / "disk", "64k") as disk:
            path = disk / "exitzero.db"
            with pytest.raises(StoreTrouble) as caught:
                migrate(path)
            assert caught.value.reason in {"disk_full", "disk_error"}
            subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
            migrate(path)
            assert check_file(path, whole=True)


class TestInTheWay:
    def test_a_database_that_another_program_keeps_locked(self, database: Database) -> None:
        """A sentence instead of a wait without end; the next try works."""
        fill(database, 1)
        database.write(lambda unit: unit.session.execute(text("PRAGMA busy_timeout = 50")).scalar_one()).result()
        with behind(database.path) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreTrouble, match="keeps the database locked") as caught:
                fill(database, 1, first=2)
            assert caught.value.retry_after is not None
            assert database.read(rows).result() == ["test 1"]
            other.execute("ROLLBACK")
        fill(database, 1, first=2)
        assert length(database) == 2

    def test_a_disk_that_may_only_be_read(self, tmp_path: Path, template: Path) -> None:
        """What is there can be read; nothing else is tried, and the sentence says why."""
        with small_disk(tmp_path / "disk", "4m") as disk:
            path = disk / "exitzero.db"
            shutil.copy(template, path)
            database = Database(path, now)
            fill(database, 2)
            database.close()
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            with pytest.raises(StoreTrouble) as caught:
                connect(path)
            assert caught.value.reason in {"cannot_open", "read_only"}
            with pytest.raises(StoreTrouble):
                back_up(path, disk / "backups", NOW, "asked")
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
            again = Database(path, now)
            assert length(again) == 2
            again.close()

    def test_a_page_that_rots_while_we_run(self, opened: Callable[[], Database], path: Path) -> None:
        """Reading it is told as damage, which has its own ways out; other pages still answer."""
        database = opened()
        fill(database, 200)
        database.close()
        with behind(path) as file:
            root = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'coin'").fetchone()[0]
        overwrite(path, start=(root - 1) * 4096)
        database = opened()
        with pytest.raises(DamagedDatabase) as caught:
            database.read(rows).result()
        assert caught.value.reason == "damaged"
        assert length(database) == 200
