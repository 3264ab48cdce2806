"""An edited, deleted, truncated, rolled-back or exchanged journal is found and shown, never repaired by rewriting."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from exitzero.core import chain
from exitzero.core.facts import BackupRestored, CoinsMoved
from exitzero.desktop.vault import MemoryVault
from exitzero.engine.keeping import ANCHOR, MARK, Keeping
from exitzero.store import journal
from exitzero.store.backup import back_up
from exitzero.store.database import Database
from exitzero.store.migrate import migrate
from tests.store.ground import NOW, behind, fill, now, record, with_guards, without_guards

SEAL = "SELECT seq, at, kind, version, payload, previous FROM journal WHERE seq >= ? ORDER BY seq"


class Home:
    """One person's file and keyring, through several runs of the program."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.path = folder / "exitzero.db"
        shutil.copy(template, self.path)
        self.vault = MemoryVault()
        self.path_then = folder / "then.db"

    def run(self, work: Callable[[Database, Keeping], object]) -> Keeping:
        """Start, do something, look after the file, and end."""
        database = Database(self.path, now)
        keeping = Keeping(database, data_dir=self.path.parent, vault=self.vault, now=now)
        try:
            work(database, keeping)
        finally:
            database.close()
        return keeping

    def start(self) -> Keeping:
        """What a start does with the chain."""

        def begin(_database: Database, keeping: Keeping) -> None:
            keeping.verify_new()
            keeping.anchor()

        return self.run(begin)

    def doctor(self) -> chain.ChainReport:
        """What the doctor finds."""
        return self.run(lambda _database, keeping: keeping.verify_whole()).chain

    def copy_now(self) -> None:
        """Remember the file as it is, to roll back to."""
        shutil.copy(self.path, self.path_then)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty file."""
    path = tmp_path_factory.mktemp("template") / "exitzero.db"
    migrate(path)
    return path


@pytest.fixture
def home(tmp_path: Path, template: Path) -> Home:
    """Ten facts that a start has followed and anchored, a copy of the file after the first six, and two newer ones."""
    home = Home(tmp_path, template)
    home.run(lambda database, _keeping: fill(database, 6))
    home.start()
    home.copy_now()
    home.run(lambda database, _keeping: fill(database, 4, first=7))
    home.start()
    assert (home.vault.get(ANCHOR) or "").startswith("10:")
    home.run(lambda database, _keeping: fill(database, 2, first=11))
    return home


def tampered(path: Path, *statements: str) -> None:
    """Edit past the guards, and put them back, so that nothing but the chain can tell."""
    with behind(path) as file:
        without_guards(file)
        for statement in statements:
            file.execute(statement)
        with_guards(file)


def forged(path: Path, seq: int) -> None:
    """Edit an entry and seal it and all after it anew, as somebody does who has read our source."""
    with behind(path) as file:
        without_guards(file)
        file.execute("UPDATE journal SET payload = json_set(payload, '$.amount', 99) WHERE seq = ?", (seq,))
        previous = file.execute("SELECT previous FROM journal WHERE seq = ?", (seq,)).fetchone()[0]
        for number, at, kind, version, payload, _ in file.execute(SEAL, (seq,)).fetchall():
            sealed = chain.seal(number, at, kind=kind, version=version, payload=payload, previous=previous)
            file.execute("UPDATE journal SET previous = ?, hash = ? WHERE seq = ?", (previous, sealed, number))
            previous = sealed
        file.execute("DELETE FROM preference WHERE name = ?", (MARK,))
        with_guards(file)


def rolled_back(home: Home) -> None:
    """The file as it was some days ago, whole and with its own mark."""
    shutil.copy(home.path_then, home.path)


def exchanged(home: Home) -> None:
    """A whole journal of the same length, but another one."""
    home.path.unlink()
    migrate(home.path)

    def live(database: Database, keeping: Keeping) -> None:
        for number in range(14):
            record(database, CoinsMoved(f"x{number}", 500, "rich", None))
        keeping.verify_new()

    home.run(live)


EDIT = "UPDATE journal SET payload = json_set(payload, '$.amount', 99) WHERE seq = {}"
ATTACKS: dict[str, tuple[Callable[[Home], object], bool, int, str]] = {
    "edit of a new entry": (lambda h: tampered(h.path, EDIT.format(12)), True, 12, "an entry was changed"),
    "edit of an old entry": (lambda h: tampered(h.path, EDIT.format(3)), False, 3, "an entry was changed"),
    "another time on an old entry": (
        lambda h: tampered(h.path, "UPDATE journal SET at = '2026-03-04T11:00:00Z' WHERE seq = 4"),
        False, 4, "an entry was changed",
    ),
    "a new entry deleted": (
        lambda h: tampered(h.path, "DELETE FROM journal WHERE seq = 11"), True, 11, "an entry is missing"
    ),
    "an old entry deleted": (
        lambda h: tampered(h.path, "DELETE FROM journal WHERE seq = 5"), False, 5, "an entry is missing"
    ),
    "two old entries exchanged": (
        lambda h: tampered(
            h.path,
            "UPDATE journal SET seq = 99 WHERE seq = 3",
            "UPDATE journal SET seq = 3 WHERE seq = 4",
            "UPDATE journal SET seq = 4 WHERE seq = 99",
        ),
        False, 3, "an entry does not follow from the one before",
    ),
    "the end cut off": (
        lambda h: tampered(h.path, "DELETE FROM journal WHERE seq > 8"), True, 10, "newer entries are missing"
    ),
    "everything cut off": (
        lambda h: tampered(h.path, "DELETE FROM journal", "DELETE FROM preference"),
        True, 10, "newer entries are missing",
    ),
    "the newest hash edited": (
        lambda h: tampered(h.path, "UPDATE journal SET hash = 'x' WHERE seq = 10"), True, 10, "the past was rewritten"
    ),
    "the whole file rolled back": (rolled_back, True, 10, "newer entries are missing"),
    "another whole file": (exchanged, True, 10, "the past was rewritten"),
    "an edit sealed anew to the end": (lambda h: forged(h.path, 2), True, 10, "the past was rewritten"),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_tampering_is_found_and_shown_and_nothing_is_rewritten(home: Home, name: str) -> None:
    """By the doctor always; at a start wherever it touches what is new, the end or the anchor."""
    attack, at_start, broken_at, what = ATTACKS[name]
    anchor = home.vault.get(ANCHOR)
    attack(home)
    with behind(home.path) as file:
        before = file.execute("SELECT * FROM journal ORDER BY seq").fetchall()
    keeping = home.start()
    assert keeping.chain.is_whole is not at_start
    if at_start:
        assert (keeping.chain.broken_at, keeping.chain.what) == (broken_at, what)
        assert keeping.chain_words == f"journal broken at entry {broken_at}: {what}"
        assert home.vault.get(ANCHOR) == anchor, "what shows the break was thrown away"
    report = home.doctor()
    first = 10 if name == "the newest hash edited" else broken_at
    assert report.broken_at == first
    assert report.what
    with behind(home.path) as file:
        assert file.execute("SELECT * FROM journal ORDER BY seq").fetchall() == before


def test_going_on_after_a_rollback_does_not_hide_it(home: Home) -> None:
    """Longer than before, and still not the journal that was anchored; also in the next run, and the one after."""
    anchor = home.vault.get(ANCHOR)
    rolled_back(home)
    home.run(lambda database, _keeping: fill(database, 30, first=100))
    for _ in range(2):
        keeping = home.start()
        assert (keeping.chain.broken_at, keeping.chain.what) == (10, "the past was rewritten")
    assert home.doctor().what == "the past was rewritten"
    assert home.vault.get(ANCHOR) == anchor


def test_a_whole_chain_is_called_whole(home: Home) -> None:
    """At a start, which then anchors the newest entry, and by the doctor; a second start follows only what is new."""
    keeping = home.start()
    assert (keeping.chain.is_whole, keeping.chain.checked, keeping.chain_words) == (True, 2, "journal verified")
    assert (home.vault.get(ANCHOR) or "").startswith("12:")
    assert home.start().chain.checked == 0
    report = home.doctor()
    assert (report.is_whole, report.checked, report.last_seq) == (True, 12, 12)


def test_anchoring_at_work_moves_the_anchor_and_notices(home: Home) -> None:
    """Every half hour: forward with the journal, and not over a break that somebody made meanwhile."""

    def work(database: Database, keeping: Keeping) -> None:
        keeping.verify_new()
        keeping.anchor()
        fill(database, 1, first=50)
        keeping.anchor()
        assert (home.vault.get(ANCHOR) or "").startswith("13:")
        tampered(home.path, "DELETE FROM journal WHERE seq = 13", "DELETE FROM coin WHERE seq = 13")
        keeping.anchor()
        assert keeping.chain.what == "newer entries are missing"
        fill(database, 1, first=51)
        keeping.anchor()

    anchored = home.run(work)
    assert not anchored.chain.is_whole
    assert (home.vault.get(ANCHOR) or "").startswith("13:")


@pytest.mark.parametrize("value", ["", "nonsense", "x:y", "²:abc", "-1:abc"])
def test_an_anchor_that_is_none_of_ours_is_no_proof_of_anything(home: Home, value: str) -> None:
    """Whatever stands in the keyring, the doctor does not fall over it."""
    home.vault.set(ANCHOR, value)
    assert home.doctor().is_whole


@pytest.mark.parametrize("mark", ["", "{}", "[1]", '["a", "b"]', "[5, null]", '[3, "wrong"]', '[999, "x"]', "null"])
def test_a_mark_that_somebody_edited_skips_nothing(home: Home, mark: str) -> None:
    """The mark only saves work: a broken one sends a start to the beginning, a wrong one is a break."""
    with behind(home.path) as file:
        file.execute("UPDATE preference SET value = ? WHERE name = ?", (mark, MARK))
    tampered(home.path, EDIT.format(2))
    assert not home.start().chain.is_whole


def test_a_backup_put_back_is_a_new_beginning_that_the_journal_tells_of(home: Home) -> None:
    """The restored file is shorter than the anchor; the fact and a new anchor make the chain whole again."""
    made = []

    def backs_up(_database: Database, keeping: Keeping) -> None:
        made.append(back_up(home.path, keeping._folder, NOW, "asked"))

    home.run(backs_up)
    home.run(lambda database, _keeping: fill(database, 5, first=60))
    home.start()
    rolled_back(home)
    assert not home.start().chain.is_whole
    home.run(lambda _database, keeping: keeping.restored(made[0].name, made[0].taken_at, "kept.db"))
    keeping = home.start()
    assert keeping.chain.is_whole
    assert home.doctor().is_whole
    told: list[journal.Recorded] = []
    home.run(lambda database, _keeping: told.extend(database.read(lambda session: journal.newest(session, 1)).result()))
    assert [type(each.fact) for each in told] == [BackupRestored]


def test_an_empty_journal_is_whole(tmp_path: Path, template: Path) -> None:
    """Before the first contract there is nothing to anchor."""
    home = Home(tmp_path, template)
    assert home.start().chain.is_whole
    assert home.vault.get(ANCHOR) is None
    with sqlite3.connect(home.path) as file:
        assert file.execute("SELECT count(*) FROM preference").fetchone() == (0,)
    file.close()
