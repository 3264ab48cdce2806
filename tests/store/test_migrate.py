"""A file of any released version becomes today's, one migration a transaction, after a backup; a failed one leaves
nothing."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from exitzero.build import open_database
from exitzero.store import tables
from exitzero.store.backup import backups, prove
from exitzero.store.folding import folded_state, has_triggers
from exitzero.store.migrate import MIGRATIONS, migrate
from exitzero.store.opening import APPLICATION_ID, SCHEMA, check_file
from tests.store.ground import NOW, behind, length, now, verified

RELEASED = sorted((Path(__file__).parent / "data").glob("exitzero-*.db"))
"""A real file of every schema that was released, made by ``make_released.py`` at that time."""


def schema(path: Path) -> list[tuple[str, ...]]:
    """Everything that SQLite has to say about what is in a file."""
    with behind(path) as file:
        return file.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()


def test_the_migrated_schema_is_the_models(path: Path) -> None:
    """Nothing in the models that no migration makes, and the other way round."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        found = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}),
            SQLModel.metadata,
        )
    engine.dispose()
    assert found == []


def test_a_migrated_file_is_marked_and_guarded(path: Path, tmp_path: Path) -> None:
    """Our mark in the header, the newest version, write-ahead log, the guards word for word; again changes nothing."""
    with behind(path) as file:
        assert file.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert file.execute("SELECT version_num FROM alembic_version").fetchall() == [(SCHEMA,)]
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        guards = file.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    assert {" ".join(sql.split()) for (sql,) in guards} == {" ".join(sql.split()) for sql in tables.TRIGGERS}
    before = schema(path)
    migrate(path)
    assert schema(path) == before
    newest = max(each.stem[:4] for each in (MIGRATIONS / "versions").glob("0*.py"))
    assert newest == SCHEMA


PLANTED = '''
"""A migration that fails in its middle."""
from alembic import op
import sqlalchemy as sa
revision = "9999"
down_revision = "{before}"
def upgrade() -> None:
    op.create_table("half", sa.Column("x", sa.Integer()))
    op.execute("INSERT INTO preference (name, value) VALUES ('half', '1')")
    with op.batch_alter_table("coin") as batch:
        batch.add_column(sa.Column("note", sa.String(), nullable=True))
    op.execute("SELECT no_such_function()")
'''


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """The migrations with a bad one at their end."""
    folder = tmp_path / "100% migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9999_bad.py").write_text(PLANTED.replace("{before}", SCHEMA))
    return folder


def test_a_failed_migration_leaves_nothing_behind(path: Path, planted: Path) -> None:
    """Not a table, not a column, not a row, not the version: the program of before can still open the file."""
    before = schema(path)
    with pytest.raises(Exception, match="no_such_function"):
        migrate(path, to="9999", migrations=planted)
    assert schema(path) == before
    with behind(path) as file:
        assert file.execute("SELECT * FROM preference").fetchall() == []
    assert check_file(path, whole=True) == SCHEMA


def test_a_failure_after_a_good_step_keeps_the_good_step(tmp_path: Path, planted: Path) -> None:
    """Each migration is a transaction of its own; the next start goes on from the last good one."""
    path = tmp_path / "new.db"
    with pytest.raises(Exception, match="no_such_function"):
        migrate(path, to="9999", migrations=planted)
    assert check_file(path, whole=True) == SCHEMA


def test_a_migration_waits_for_no_lock_for_ever(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program in the way is a sentence, not a fault of ours."""
    from exitzero.store import opening
    from exitzero.store.trouble import StoreTrouble

    monkeypatch.setattr(opening, "BUSY_MILLISECONDS", 50)
    with behind(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreTrouble, match="keeps the database locked"):
            migrate(path)
        other.execute("ROLLBACK")


@pytest.mark.parametrize("released", RELEASED, ids=lambda each: each.stem)
def test_a_file_of_every_released_version_opens(released: Path, tmp_path: Path) -> None:
    """Backed up as it was, brought up to date, chain whole, guards in place, tables as the journal gives them."""
    from exitzero.engine.keeping import _folded_again

    data = tmp_path / "data"
    data.mkdir()
    path = data / "exitzero.db"
    shutil.copy(released, path)
    version = released.stem.removeprefix("exitzero-")
    assert check_file(path, whole=True) == version
    with behind(path) as file:
        entries = file.execute("SELECT * FROM journal ORDER BY seq").fetchall()
    path.with_name("exitzero.db-wal").unlink(missing_ok=True)
    database = open_database(data, now, whole=True)
    try:
        with behind(path) as file:
            assert file.execute("SELECT * FROM journal ORDER BY seq").fetchall() == entries
        assert length(database) == len(entries) > 5
        assert verified(database).is_whole
        assert database.read(has_triggers).result()
        assert database.read(folded_state).result() == database.read(_folded_again).result()
    finally:
        database.close()
    assert check_file(path, whole=True) == SCHEMA
    made = backups(data / "backups")
    if version == SCHEMA:
        assert made == ()
        return
    assert [(each.why, each.taken_at) for each in made] == [("migration", NOW)]
    assert prove(made[0].path).last_seq == len(entries)
    with sqlite3.connect(made[0].path) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == (version,)
    copy.close()


def test_there_is_a_file_of_the_first_release() -> None:
    """Without one the test above would hold nothing."""
    assert "exitzero-0001" in {each.stem for each in RELEASED}
