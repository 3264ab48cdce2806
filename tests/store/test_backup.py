"""Backups hold all that was committed, are proved by opening them, and a bad one is never taken for a good one."""

import os
import shutil
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitzero.core import chain
from exitzero.core.chain import Entry
from exitzero.store import backup as copies
from exitzero.store.backup import Backup, back_up, backups, expendable, newest_good, prove, restore, rotate
from exitzero.store.database import Database
from exitzero.store.opening import check_file, parts_of
from exitzero.store.trouble import StoreTrouble
from tests.store.ground import DAY, NOW, behind, coins, fill, overwrite, record

WHYS = ["daily", "migration", "import", "asked"]


@pytest.fixture
def folder(path: Path) -> Path:
    """Where the backups go."""
    return path.parent / "backups"


def followed(path: Path) -> chain.ChainReport:
    """The chain in a file, followed without a database."""
    with behind(path) as file:
        rows = file.execute("SELECT seq, at, kind, version, payload, previous, hash FROM journal ORDER BY seq")
        return chain.verify(Entry(*row) for row in rows)


class TestMaking:
    def test_it_holds_what_still_stands_in_the_log_beside_the_file(self, database: Database, folder: Path) -> None:
        """A copy of the file alone would miss the newest facts."""
        fill(database, 5)
        assert database.path.with_name("exitzero.db-wal").stat().st_size > 0
        made = back_up(database.path, folder, NOW, "asked")
        assert made.name == "exitzero-20260304T120000Z-asked.db"
        assert prove(made.path) == copies.Proof(good=True, words="Opened and whole, up to entry 5.", last_seq=5)
        assert followed(made.path).last_seq == 5
        assert [each.name for each in folder.iterdir()] == [made.name]
        assert backups(folder) == (made,)
        if os.name == "posix":
            assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    def test_while_others_write(self, database: Database, folder: Path) -> None:
        """Every backup is a whole state between two transactions, and nobody waits for it."""
        stop = threading.Event()

        def busy() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                record(database, coins(number))

        writer = threading.Thread(target=busy, name="test-busy")
        writer.start()
        try:
            made = [back_up(database.path, folder, NOW + number * DAY, "daily") for number in range(5)]
        finally:
            stop.set()
            writer.join()
        lengths = []
        for each in made:
            report = followed(each.path)
            assert report.is_whole
            with behind(each.path) as file:
                assert file.execute("SELECT count(*) FROM coin").fetchone() == (report.last_seq,)
            lengths.append(report.last_seq)
        assert lengths == sorted(lengths)

    def test_a_copy_that_does_not_prove_gets_no_name(self, database: Database, folder: Path) -> None:
        """A file that lost its journal is no good backup, so there is none."""
        with behind(database.path) as file:
            file.execute("DROP TABLE journal")
        with pytest.raises(StoreTrouble, match="could not be read back"):
            back_up(database.path, folder, NOW, "daily")
        assert list(folder.iterdir()) == []

    def test_a_place_that_cannot_be_written_to_is_told(self, database: Database, tmp_path: Path) -> None:
        """In words, and without a fault of ours."""
        (tmp_path / "file").touch()
        with pytest.raises(StoreTrouble, match=r"could not be made\. (File exists|Not a directory)\."):
            back_up(database.path, tmp_path / "file", NOW, "daily")
        with pytest.raises(StoreTrouble):
            back_up(tmp_path / "nowhere" / "exitzero.db", tmp_path / "b", NOW, "daily")

    def test_a_broken_database_makes_no_backup(self, opened: Callable[[], Database], path: Path, folder: Path) -> None:
        """Damage must not push good backups out."""
        database = opened()
        fill(database, 60)
        database.close()
        overwrite(path, start=path.stat().st_size - 5 * 4096, count=3 * 4096)
        with pytest.raises(StoreTrouble):
            back_up(path, folder, NOW, "daily")
        assert list(folder.iterdir()) == []


class TestProving:
    @pytest.mark.parametrize("damage", ["cut", "zeros", "flipped header", "empty", "text", "foreign", "newer"])
    def test_a_bad_backup_is_an_answer_not_an_error(self, database: Database, folder: Path, damage: str) -> None:
        """Each kind of damage is said in words, and the newest good one is the one before."""
        fill(database, 60)
        good = back_up(database.path, folder, NOW, "daily")
        bad = back_up(database.path, folder, NOW + DAY, "daily").path
        size = bad.stat().st_size
        match damage:
            case "cut":
                os.truncate(bad, size // 2)
            case "zeros":
                overwrite(bad, start=size - 5 * 4096, count=3 * 4096)
            case "flipped header":
                overwrite(bad, start=0, count=16)
            case "empty":
                bad.write_bytes(b"")
            case "text":
                bad.write_text("not a database " * 500)
            case "foreign":
                with behind(bad) as file:
                    file.execute("PRAGMA application_id = 7")
            case "newer":
                with behind(bad) as file:
                    file.execute("UPDATE alembic_version SET version_num = '9999'")
        proof = prove(bad)
        assert not proof.good
        assert proof.words.endswith(".")
        assert "restore" not in proof.words
        found = newest_good(folder)
        assert found is not None
        assert found[0] == good

    def test_none_is_good(self, tmp_path: Path) -> None:
        """An empty or missing folder, or names that are none of ours."""
        assert newest_good(tmp_path) is None
        assert newest_good(tmp_path / "none") is None
        for name in ("exitzero-2026Z-daily.db", "exitzero-20260304T120000Z.db", "holiday.db"):
            (tmp_path / name).touch()
        assert backups(tmp_path) == ()

    def test_a_file_that_is_gone_is_not_good(self, tmp_path: Path) -> None:
        """Deleted between the listing and the look."""
        assert not prove(tmp_path / "none.db").good


times = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=UTC, microsecond=0))  # noqa: DTZ001


class TestRotation:
    @given(st.lists(st.tuples(times, st.sampled_from(WHYS)), max_size=60, unique=True))
    def test_what_stays_is_what_was_promised(self, made: list[tuple[datetime, str]]) -> None:
        """Seven daily ones, the newest of five weeks and of twelve months, five others, always the newest of all."""
        every = [Backup(Path(f"{at:%Y%m%d%H%M%S}-{why}"), at, why) for at, why in made]
        every.sort(key=lambda each: each.taken_at, reverse=True)
        gone = set(expendable(every))
        stay = [each for each in every if each not in gone]
        daily = [each for each in every if each.why == "daily"]
        assert [each for each in stay if each.why != "daily"] == [each for each in every if each.why != "daily"][:5]
        assert set(daily[:7]) <= set(stay)
        kept = [each for each in stay if each.why == "daily"]
        assert len(kept) <= 7 + 5 + 12
        for key, promised in ((lambda at: at.isocalendar()[:2], 5), (lambda at: (at.year, at.month), 12)):
            newest_of: dict[object, Backup] = {}
            for each in daily:
                newest_of.setdefault(key(each.taken_at), each)
            assert set(list(newest_of.values())[:promised]) <= set(stay)
        assert set(expendable(stay)) <= {each for each in stay if each.why == "daily"}
        assert every[:1] == stay[:1]

    @settings(max_examples=5)
    @given(st.integers(400, 800))
    def test_two_years_of_days_leave_a_score_of_files(self, days: int) -> None:
        """Rotated every day as the engine does it, the year is still there in months and the week in days."""
        kept: list[Backup] = []
        for number in range(days):
            at = NOW + number * DAY
            kept.insert(0, Backup(Path(f"{number}"), at, "daily"))
            gone = set(expendable(kept))
            kept = [each for each in kept if each not in gone]
        ages = [(kept[0].taken_at - each.taken_at).days for each in kept]
        assert ages[:7] == list(range(7))
        assert len(kept) <= 24
        assert 300 <= ages[-1] <= 400
        assert sum(1 for age in ages if age <= 35) >= 10

    def test_the_files_go_too(self, database: Database, folder: Path) -> None:
        """And only those that rotation lets go of."""
        fill(database, 1)
        for number in range(8):
            back_up(database.path, folder, NOW + number * timedelta(minutes=1), "asked")
        (folder / "notes.txt").touch()
        assert rotate(folder) == 3
        assert rotate(folder) == 0
        assert len(backups(folder)) == 5
        assert backups(folder)[0].taken_at == NOW + timedelta(minutes=7)
        assert (folder / "notes.txt").exists()

    def test_one_that_cannot_be_deleted_is_no_trouble(
        self, database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Held open by another program, as some systems have it: the new backup is good all the same."""
        fill(database, 1)
        for number in range(6):
            back_up(database.path, folder, NOW + number * timedelta(minutes=1), "asked")

        def refuse(_self: Path, *, missing_ok: bool = False) -> None:
            raise PermissionError(13, "in use")

        monkeypatch.setattr(Path, "unlink", refuse)
        assert rotate(folder) == 0


class TestRestoring:
    def test_the_old_file_is_kept_with_what_lies_beside_it(
        self, opened: Callable[[], Database], path: Path, folder: Path
    ) -> None:
        """Nothing is ever thrown away; what is restored is exactly the backup."""
        database = opened()
        fill(database, 3)
        made = back_up(path, folder, NOW, "asked")
        fill(database, 2, first=4)
        with behind(path) as other:
            other.execute("SELECT 1 FROM journal").fetchall()  # keeps SQLite from clearing the log at close
            database.close()
            aside = restore(made, path, NOW + DAY)
        assert aside is not None
        assert aside.name == "exitzero-kept-20260305-120000.db"
        assert followed(aside).last_seq == 5
        assert followed(path).last_seq == 3
        assert check_file(path, whole=True)
        assert made.path.exists()
        assert not path.with_suffix(".restoring").exists()
        if os.name == "posix":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_a_log_that_was_left_alone_is_not_played_into_it(
        self, opened: Callable[[], Database], path: Path, folder: Path
    ) -> None:
        """Somebody deleted the file but not what lay beside it."""
        database = opened()
        fill(database, 3)
        made = back_up(path, folder, NOW, "asked")
        fill(database, 40, first=4)
        wal = path.with_name("exitzero.db-wal").read_bytes()
        database.close()
        path.unlink()
        path.with_name("exitzero.db-wal").write_bytes(wal)
        aside = restore(made, path, NOW)
        assert aside is not None
        assert aside.with_name(f"{aside.name}-wal").read_bytes() == wal
        assert check_file(path, whole=True)
        assert followed(path).last_seq == 3

    def test_into_an_empty_place(self, database: Database, folder: Path, tmp_path: Path) -> None:
        """On a new machine there is nothing to keep."""
        fill(database, 2)
        made = back_up(database.path, folder, NOW, "asked")
        place = tmp_path / "new.db"
        assert restore(made, place, NOW) is None
        assert followed(place).last_seq == 2

    def test_a_bad_backup_moves_nothing(self, database: Database, folder: Path) -> None:
        """It is looked at before anything is touched."""
        fill(database, 2)
        made = back_up(database.path, folder, NOW, "asked")
        os.truncate(made.path, 6000)
        database.close()
        before = database.path.read_bytes()
        with pytest.raises(StoreTrouble, match="cannot be restored"):
            restore(made, database.path, NOW)
        assert database.path.read_bytes() == before

    def test_a_place_that_cannot_be_written_to_is_told(self, database: Database, folder: Path, tmp_path: Path) -> None:
        """And leaves nothing half done."""
        fill(database, 1)
        made = back_up(database.path, folder, NOW, "asked")
        with pytest.raises(StoreTrouble, match="could not be restored"):
            restore(made, tmp_path / "none" / "x.db", NOW)
        assert not (tmp_path / "none").exists()

    def test_in_a_folder_with_any_name(self, database: Database, tmp_path: Path) -> None:
        """A question mark or a per cent sign in a path is not an option for SQLite."""
        fill(database, 2)
        home = tmp_path / "what? 100%41 #1"
        made = back_up(database.path, home / "backups", NOW, "asked")
        assert prove(made.path).last_seq == 2
        place = home / "exitzero.db"
        assert restore(made, place, NOW) is None
        shutil.rmtree(home / "backups")
        assert followed(place).last_seq == 2
        assert not [part for part in parts_of(place)[1:] if part.exists() and part.stat().st_size]
