"""A backup a day, damage with its ways out, and health that tells what is wrong and falls over nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from exitzero.build import build_engine, open_database, restore
from exitzero.core import facts
from exitzero.core.errors import BadInput
from exitzero.core.topics import Topic, Topics
from exitzero.desktop import paths
from exitzero.desktop.single_instance import EngineLock
from exitzero.desktop.vault import MemoryVault
from exitzero.engine.engine import CannotStart, Engine
from exitzero.engine.keeping import Keeping
from exitzero.engine.views import HealthItem
from exitzero.store.backup import back_up, backups
from exitzero.store.journal import newest
from exitzero.store.trouble import DamagedDatabase, NewerDatabase, StoreTrouble
from exitzero.truth.leetcode_stand_in import StandIn
from tests.store.ground import DAY, NOW, Clock, behind, fill, overwrite, terms, without_guards


@pytest.fixture
def clock() -> Clock:
    """What time it is."""
    return Clock()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder."""
    return paths.data_dir(str(tmp_path / "data"))


@pytest.fixture
def start(data: Path, clock: Clock) -> Iterator[Callable[[], Engine]]:
    """Starts the program over the folder; ended at the end."""
    every: list[Engine] = []

    def begin() -> Engine:
        urls = {"leetcode": "http://127.0.0.1:9", "leetcode_cn": "http://127.0.0.1:9"}
        every.append(build_engine(data, mode="command", clock=clock, vault=MemoryVault(), urls=urls))
        return every[-1]

    yield begin
    for each in every:
        each.close()


def item(engine: Engine, key: str) -> HealthItem:
    """One line of the doctor."""
    return next(each for each in engine.doctor() if each.key == key)


class TestTheDaysBackup:
    @pytest.fixture
    def keeping(self, data: Path, clock: Clock) -> Iterator[Keeping]:
        """Looks after a file."""
        database = open_database(data, clock.now, whole=False)
        yield Keeping(database, data_dir=data, vault=MemoryVault(), now=clock.now)
        database.close()

    def test_is_made_once_a_day_when_there_is_anything_to_keep(
        self, keeping: Keeping, clock: Clock, data: Path
    ) -> None:
        """Not for an empty journal, not twice within a day, again after it, and the pages hear of it."""
        heard: list[Topics] = []
        keeping._database.listen(heard.append)
        keeping.back_up_daily()
        assert keeping.last_backup is None
        fill(keeping._database, 1)
        heard.clear()
        for hours, count in ((0, 1), (23, 1), (24, 2), (47, 2), (49, 3)):
            clock.at = NOW + timedelta(hours=hours)
            keeping.back_up_daily()
            assert len(backups(data / "backups")) == count
        assert heard == [frozenset({Topic.HEALTH})] * 3
        assert [each[2:] for each in keeping.proved_backups()] == [(True, "Opened and whole, up to entry 1.")] * 3

    def test_is_not_put_off_by_one_that_was_asked_for(self, keeping: Keeping, clock: Clock, data: Path) -> None:
        """Those are let go of sooner: whoever asks every morning would never have a weekly one."""
        fill(keeping._database, 1)
        for number in range(3):
            clock.at = NOW + number * timedelta(hours=20)
            keeping.back_up("asked")
            keeping.back_up_daily()
        assert [each.why for each in backups(data / "backups")].count("daily") == 2
        assert keeping.last_backup == clock.at

    def test_is_not_put_off_by_one_from_the_future(self, keeping: Keeping, clock: Clock, data: Path) -> None:
        """A clock that was years ahead once must not end the backups; and a later start knows the last one."""
        fill(keeping._database, 1)
        clock.at = NOW + 1000 * DAY
        keeping.back_up_daily()
        clock.at = NOW
        keeping.back_up_daily()
        keeping.back_up_daily()
        assert len(backups(data / "backups")) == 2
        later = Keeping(keeping._database, data_dir=data, vault=MemoryVault(), now=clock.now)
        assert later.last_backup == NOW + 1000 * DAY

    def test_an_export_of_an_unknown_kind_is_refused_at_its_field(self, keeping: Keeping, tmp_path: Path) -> None:
        """As json or csv."""
        with pytest.raises(BadInput, match="json or csv") as caught:
            keeping.export(tmp_path / "x.pdf", "pdf")
        assert caught.value.field == "kind"


def foreign(path: Path) -> None:
    """Put another program's database in the file's place."""
    path.unlink()
    with behind(path) as file:
        file.execute("CREATE TABLE bookmarks (url)")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "garbage": lambda path: path.write_bytes(b"Dear diary,\n" * 900),
    "another program's database": foreign,
    "half overwritten": lambda path: overwrite(path, start=path.stat().st_size - 6 * 4096, count=4 * 4096),
}


class TestDamage:
    @pytest.mark.parametrize("damage", DAMAGES)
    @pytest.mark.parametrize("with_backup", [True, False])
    def test_has_its_ways_out(
        self, data: Path, clock: Clock, start: Callable[[], Engine], damage: str, with_backup: bool
    ) -> None:
        """Nothing is touched until the person chooses: the newest good backup, or a fresh start; the file is kept."""
        path = paths.database_file(data)
        database = open_database(data, clock.now, whole=False)
        fill(database, 60)
        if with_backup:
            back_up(path, data / "backups", NOW, "daily")
            newer = back_up(path, data / "backups", NOW + DAY, "daily").path
            overwrite(newer, start=0)
        database.close()
        DAMAGES[damage](path)
        before = path.read_bytes()
        with pytest.raises(CannotStart) as caught:
            open_database(data, clock.now, whole=True)
        assert path.read_bytes() == before
        assert isinstance(caught.value.trouble, DamagedDatabase)
        labels = [label for label, _way in caught.value.choices]
        fresh = "Keep the file aside and start afresh"
        assert labels == (["Restore the backup of 04 Mar 2026, 12:00 UTC", fresh] if with_backup else [fresh])
        caught.value.choices[0][1]()
        kept = list(data.glob("exitzero-kept-*.db"))
        assert [each.read_bytes() for each in kept] == [before]
        engine = start()
        told = engine.database.read(lambda session: newest(session, 1)).result()
        if not with_backup:
            assert told == []
            return
        assert told[0].seq == 61
        assert told[0].fact == facts.BackupRestored("exitzero-20260304T120000Z-daily.db", NOW, kept[0].name)
        assert item(engine, "chain").state == "good"
        assert item(engine, "tables").state == "good"
        assert item(engine, "guards").state == "good"

    def test_of_a_newer_program_s_file_offers_nothing(self, data: Path, clock: Clock) -> None:
        """Restoring an old backup over newer data would lose them."""
        open_database(data, clock.now, whole=False).close()
        with behind(paths.database_file(data)) as file:
            file.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(CannotStart) as caught:
            open_database(data, clock.now, whole=True)
        assert isinstance(caught.value.trouble, NewerDatabase)
        assert caught.value.choices == ()

    def test_is_not_mended_under_a_running_engine(self, data: Path, clock: Clock) -> None:
        """Two programs on one file would undo each other."""
        database = open_database(data, clock.now, whole=False)
        fill(database, 1)
        made = back_up(database.path, data / "backups", NOW, "asked")
        database.close()
        lock = EngineLock(paths.lock_file(data))
        assert lock.acquire()
        try:
            with pytest.raises(StoreTrouble, match="ExitZero is running"):
                restore(data, made)
        finally:
            lock.release()
        assert list(data.glob("*kept*")) == []


class TestHealth:
    def test_tells_every_part_in_words(self, start: Callable[[], Engine]) -> None:
        """Each with a state and, where something is not good, what to do."""
        engine = start()
        engine.do(lambda actions: actions.adopt(terms())).result()
        items = {each.key: each for each in engine.doctor()}
        assert list(items) == [
            "engine", "source.leetcode", "clock", "chain", "guards", "tables", "keyring", "backups", "disk",
        ]  # fmt: skip
        assert items["source.leetcode"].words == "Never asked yet."
        assert items["keyring"].state == "warn"
        assert items["backups"].words == "There is no good backup yet."
        for each in items.values():
            assert each.words.endswith(".")
            assert each.state == "good" or each.advice
        engine.back_up()
        assert item(engine, "backups").words.startswith("Wed 04 Mar 12:00 UTC. Opened and whole, up to entry")
        assert "tables" not in {each.key for each in engine.health()}

    def test_an_old_backup_is_a_warning(self, start: Callable[[], Engine], clock: Clock) -> None:
        """Three days without one."""
        engine = start()
        engine.back_up()
        assert item(engine, "backups").state == "good"
        clock.at += 3 * DAY
        assert item(engine, "backups").state == "warn"

    def test_a_source_that_answers_or_fails_is_told(self, data: Path, clock: Clock) -> None:
        """A stand-in's word is marked; a failure is unknown, not bad."""
        with StandIn("ada", now=clock.now) as service:
            urls = {"leetcode": service.url, "leetcode_cn": service.url}
            engine = build_engine(data, mode="command", clock=clock, vault=MemoryVault(), urls=urls)
            engine.do(lambda actions: actions.adopt(terms())).result()
            engine.check_now()
            answers = item(engine, "source.leetcode")
            assert (answers.state, answers.words) == ("warn", f"Answers, but from {service.url}, a stand-in.")
            service.close()
            engine.check_now()
            fails = item(engine, "source.leetcode")
            assert fails.state == "unknown"
            assert fails.advice
            engine.close()

    @pytest.mark.parametrize(
        ("edit", "wrong"),
        [
            ("UPDATE coin SET amount = 1000", {"tables"}),
            ("DELETE FROM day", {"tables"}),
            ("UPDATE journal SET payload = 'x' WHERE seq = 2", {"chain", "tables"}),
            (
                "UPDATE journal SET payload = json_set(payload, '$.label', '1999-01-01') WHERE seq = 4",
                {"chain", "tables"},
            ),
            ("UPDATE journal SET kind = 'DayJudged' WHERE seq = 1", {"chain", "tables"}),
            ("DELETE FROM journal WHERE seq = 1", {"chain", "tables"}),
            ("UPDATE coin SET at = 'yesterday'", {"tables"}),
            ("UPDATE day SET deadline = 'never'", {"tables", "today"}),
            ("UPDATE contract SET terms = 'x'", {"tables", "today"}),
            ("INSERT INTO preference VALUES ('chain.verified', 'x')", set()),
        ],
    )
    def test_every_edit_is_named_and_none_stops_the_doctor(
        self, start: Callable[[], Engine], data: Path, clock: Clock, edit: str, wrong: set[str]
    ) -> None:
        """Whatever somebody wrote into the file: what is wrong is called bad, the rest is still looked at."""
        clock.at -= timedelta(hours=4)  # bets are for the morning
        engine = start()
        engine.do(lambda actions: actions.adopt(terms())).result()
        engine.do(lambda actions: actions.place_bet(2)).result()
        with behind(paths.database_file(data)) as file:
            without_guards(file)
            file.execute(edit)
        found = {each.key: each for each in engine.doctor()}
        assert {key for key, each in found.items() if each.state == "bad"} == wrong | {"guards"}
        assert {"clock", "keyring", "backups", "disk"} <= set(found)
